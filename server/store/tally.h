/* How many rows there are of the kinds that have a limit. Inside the store only, under the
 * database's lock. */
#ifndef MAKESHIFT_STORE_TALLY_H
#define MAKESHIFT_STORE_TALLY_H

#include "server/store/shelf.h"

/* Rows there are: counted when first asked for, kept up to date by tally_add from then on. */
MUST_USE int tally_get(struct db *db, enum tally which, int64_t *count);
void tally_add(struct db *db, enum tally which, int64_t change);
void tally_recount(struct db *db, enum tally which); /* when next asked for */

int64_t tally_limit(struct db *db, enum tally which);
void tally_set_limit(struct db *db, enum tally which, int64_t limit); /* for tests */

#endif
