/* A tenant that is open, with all that it owns: database, key ring, clock and randomness. Two of
 * them share nothing, neither a lock nor a statement.
 *
 * Every tenant of the process is opened here, the one that a start serves like those that come
 * later. */
#ifndef MAKESHIFT_TENANT_TENANCY_H
#define MAKESHIFT_TENANT_TENANCY_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/oauth/tenant.h"
#include "server/store/image.h"

#define TENANCY_DEFAULT "default" /* the tenant that is always there */

struct tenancy;

struct tenancy_options {
    const char *name;             /* copied */
    const char *db;               /* a file; NULL: in memory */
    const struct db_image *image; /* in memory, it begins as a copy of this; NULL: empty */
    struct clock clock;
    bool seeded;
    uint64_t seed; /* of its randomness; with the number of this start */
    enum login_mode login;
    enum explain_mode explain;
    int64_t guesses;
};

/* Opens the tenant and counts this start of it. It has no keys, no profile and no issuer yet: a
 * fixture brings the first two, whoever serves it the third. 0; 1: it cannot be opened, and `*why`
 * (in the arena) is a sentence about its database; negative: broken, logged. */
MUST_USE int tenancy_open(const struct tenancy_options *options, struct arena *arena,
                          struct tenancy **out, const char **why);
void tenancy_close(struct tenancy *tenancy); /* NULL is fine */

/* The tenant of a file that is to be opened by tenancy_wake: until then it has no database. */
struct tenancy *tenancy_asleep(const struct tenancy_options *options);

/* Its file is closed, and opened again: the same start goes on. Nobody else uses it meanwhile. The
 * outcomes of tenancy_open; 0 too when it is awake. */
void tenancy_sleep(struct tenancy *tenancy);
MUST_USE int tenancy_wake(struct tenancy *tenancy, struct arena *arena, const char **why);

/* What is in memory moves to a new file: the same start goes on. 0; 1: there is such a file, and
 * nothing has changed; negative: broken, logged. */
MUST_USE int tenancy_settle(struct tenancy *tenancy, const char *path, struct arena *arena);

/* Its file is deleted, open or not; calls that use it go on until tenancy_close. In memory: nothing
 * to do. 0; negative: it stands yet, logged. */
MUST_USE int tenancy_forsake(struct tenancy *tenancy);

/* What the rules see of it; lives as long as the tenancy. To be changed only before it is served.
 */
struct tenant *tenancy_tenant(struct tenancy *tenancy);

/* Randomness beside the tenant's own, for what is made at no known moment: a seed gives the same
 * tokens whenever that is. The caller frees it. */
struct random *tenancy_random_beside(const struct tenancy *tenancy);

#endif
