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

/* Hangs a realm for each file that is there, asleep: its settings are read, and nothing else. What
 * cannot be read is hung too, and told; what is no tenant's is told. */
void neighbours_hang(const struct site *site);

#endif
