/* A look at a database's log before SQLite reads it, which ends in silence where a checksum is
 * wrong. */
#ifndef MAKESHIFT_STORE_WAL_H
#define MAKESHIFT_STORE_WAL_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

/* Warns of what is lost in the log of the database `path`: whole frames that follow a damaged one,
 * or all of them behind a damaged header. (A last frame that is cut off was never acknowledged.)
 * Tells whether there is a log at all. */
MUST_USE bool wal_examine(const char *path, struct arena *arena);

#endif
