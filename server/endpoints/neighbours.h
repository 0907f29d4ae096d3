/* The files beside the server's database FILE, in which the other tenants are: FILE.t-NAME. */
#ifndef MAKESHIFT_ENDPOINTS_NEIGHBOURS_H
#define MAKESHIFT_ENDPOINTS_NEIGHBOURS_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/endpoints/site.h"

/* Where a tenant has a file, its name may not be one that SQLite makes beside another's: the ending
 * that it has; NULL: none. */
const char *neighbour_reserved(const char *name);

/* In the arena. */
const char *neighbour_path(struct arena *arena, const char *db, const char *name);

/* Where the server has a file, the first realm is steered as that says, and a realm is hung for
 * each file beside it, asleep: its settings are read, and nothing else. What cannot be read is hung
 * too, and told; what is no tenant's is told. 0; negative: the server's own is broken. */
MUST_USE int neighbours_open(const struct site *site);

#endif
