/* From a fixture file to the store: validated whole first, then put in one transaction.
 *
 * The fixture is the registration: at each start its clients, users and scopes take the place of the
 * former ones in the store, keeping the ids of those that stay; tokens of a client or user that is gone
 * stop working. */
#ifndef MAKESHIFT_SEED_H
#define MAKESHIFT_SEED_H

#include "keys/ring.h"
#include "server/base/arena.h"
#include "server/make/make.h"
#include "server/oauth/tenant.h"
#include "server/store/db.h"

#define SEED_FILE_MAX (4 * 1024 * 1024) /* bytes */

struct seed_source {
    const char *path;      /* NULL: the embedded default */
    const char *profile;   /* wins over the fixture's "profile"; NULL: does not */
    struct tenant *tenant; /* with its store, clock and randomness */
    struct make *make;     /* loaded when the fixture needs that */
    int64_t now;
};

/* Reads the fixture, puts it into the tenant, tells its profile, and adds the signing keys that this profile serves to
 * `ring` (for "keys":"generate": those kept in the store, or new ones). 0; 1 when the fixture cannot be read
 * or is wrong: `*problem` is one line with the JSON pointer, what stood there and what was expected, and nothing
 * was put. Negative: the store is broken. */
int seed_load(struct db *db, int64_t tenant, struct ring *ring, const struct seed_source *source,
              struct arena *arena, const struct profile **profile, const char **problem);

#endif
