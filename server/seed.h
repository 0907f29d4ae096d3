/* From a fixture file to the store: validated whole first, then put in one transaction.
 *
 * The fixture is the registration: at each start its clients, users and scopes take the place of the
 * former ones in the store, keeping the ids of those that stay; tokens of a client or user that is gone
 * stop working. */
#ifndef MAKESHIFT_SEED_H
#define MAKESHIFT_SEED_H

#include "keys/ring.h"
#include "server/base/arena.h"
#include "server/store/db.h"

#define SEED_FILE_MAX (4 * 1024 * 1024) /* bytes */

struct seed_result {
    const char *profile; /* the fixture's "profile", or NULL */
};

/* Reads the fixture at `path` (NULL: the embedded default), puts it into the tenant, and adds its signing keys
 * to `ring` (for "keys":"generate": those kept in the store, or new ones). 0; 1 when the fixture cannot be read
 * or is wrong: `*problem` is one line with the JSON pointer, what stood there and what was expected, and nothing
 * was put. Negative: the store is broken. */
int seed_load(struct db *db, int64_t tenant, struct ring *ring, const char *path, int64_t now,
              struct arena *arena, struct seed_result *result, const char **problem);

#endif
