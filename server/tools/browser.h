/* The person's browser. */
#ifndef MAKESHIFT_TOOLS_BROWSER_H
#define MAKESHIFT_TOOLS_BROWSER_H

#include <stdbool.h>

#include "server/base/arena.h"

/* Has it open the URL: the program that BROWSER names, or xdg-open where there is a display; by
 * itself, without a shell. False: none was begun, as stderr is no terminal, or there is none. */
bool browser_open(struct arena *arena, const char *url);

#endif
