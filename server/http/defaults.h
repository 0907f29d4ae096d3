/* What holds where the options of mhd_bind say 0. */
#ifndef MAKESHIFT_HTTP_DEFAULTS_H
#define MAKESHIFT_HTTP_DEFAULTS_H

#include "server/http/mhd.h"

void defaults_fill(struct mhd_options *options);

/* How late a deadline may be noticed: little beside the shortest there is. */
unsigned defaults_tick_ms(const struct mhd_options *options);

#endif
