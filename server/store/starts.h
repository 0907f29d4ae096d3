/* How often the database was started with. */
#ifndef MAKESHIFT_STORE_STARTS_H
#define MAKESHIFT_STORE_STARTS_H

#include "server/base/attr.h"
#include "server/store/db.h"

/* Counts this start and tells its number; the first is 1. Until db_close the database says that it
 * is in use: one that is found so without its log has lost what was in it. DB_BROKEN: the disk may
 * be full, and starts_get still works. */
MUST_USE int starts_count(struct db *db, int64_t *run);

/* The same start goes on with the database, which was closed meanwhile. */
MUST_USE int starts_again(struct db *db);

/* How many starts were counted. */
MUST_USE int starts_get(struct db *db, int64_t *count);

#endif
