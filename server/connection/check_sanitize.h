/* Whether the secrets of a connection stay out of the log. */
#ifndef MAKESHIFT_CONNECTION_CHECK_SANITIZE_H
#define MAKESHIFT_CONNECTION_CHECK_SANITIZE_H

#include "server/connection/checking.h"

void look_at_sanitize(struct checking *checking, const struct check_rule *rule);

#endif
