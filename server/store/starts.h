/* How often the database was started with. */
#ifndef MAKESHIFT_STORE_STARTS_H
#define MAKESHIFT_STORE_STARTS_H

#include "server/base/attr.h"
#include "server/store/db.h"

/* Counts this start and tells its number; the first is 1. */
MUST_USE int starts_count(struct db *db, int64_t *run);

#endif
