/* What the store holds in memory beside the tables: counts of the kinds of rows that have a limit,
 * and where the sweep stands. Inside the store only, under the database's lock. */
#ifndef MAKESHIFT_STORE_SHELF_H
#define MAKESHIFT_STORE_SHELF_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

enum tally { TALLY_SESSIONS, TALLY_INTERACTIONS, TALLY_CODES, TALLY_REGISTRATIONS, TALLY__MAX };

#define SHELF_WALKS 8 /* tables that are swept */

/* A row's key: one or the other. */
struct row_key {
    struct hash hash;
    int64_t id;
};

struct shelf {
    int64_t counts[TALLY__MAX]; /* -1: not counted yet */
    int64_t limits[TALLY__MAX];
    size_t walk; /* the table the sweep goes on with */
    struct row_key after[SHELF_WALKS];
};

void shelf_init(struct shelf *shelf);
void shelf_forget(struct shelf *shelf); /* all rows are counted anew: after a rollback */

#endif
