/* Named snapshots of one tenant: its database, with its keys and what steers it, and where its
 * randomness stood. Those of a database in memory are there too; beside a file each is a file of
 * its own, FILE.s-NAME.db, and the file keeps their list, so that they last. Thread-safe: one lock.
 */
#ifndef MAKESHIFT_TENANT_SNAPSHOT_H
#define MAKESHIFT_TENANT_SNAPSHOT_H

#include <jansson.h>
#include <stdint.h>

#include "keys/random.h"
#include "server/base/attr.h"
#include "server/store/image.h"

#define SNAPSHOTS_MAX 100    /* of one tenant */
#define SNAPSHOT_INFIX ".s-" /* in the name of a file that holds one, behind the database's */

struct snapshots;

struct snapshots *snapshots_new(void);
void snapshots_free(struct snapshots *snapshots); /* NULL is fine */

enum snapshot_outcome {
    SNAPSHOT_DONE = 0,
    SNAPSHOT_NAME_TAKEN = 1,
    SNAPSHOT_TOO_MANY = 2,
    SNAPSHOT_UNKNOWN = 3,
};

/* What is held and goes back beside the database. */
struct snapshot_parts {
    struct db *db;
    struct random *random;
    int64_t now; /* of the tenant's clock: shown in the list */
};

/* Holds everything. An outcome above; negative: broken. */
MUST_USE int snapshots_make(struct snapshots *snapshots, const char *name,
                            const struct snapshot_parts *parts);

/* The tenant's database and randomness go back. Requests that run meanwhile meet the one database
 * or the other. */
MUST_USE int snapshots_restore(struct snapshots *snapshots, const char *name,
                               const struct snapshot_parts *parts);

/* `db` is the tenant's here and below. The SQLite file, which db_image_free frees. Private keys
 * stay here unless they are asked for. */
enum snapshot_keys { SNAPSHOT_WITHOUT_KEYS, SNAPSHOT_WITH_KEYS };
MUST_USE int snapshots_get(struct snapshots *snapshots, struct db *db, const char *name,
                           enum snapshot_keys keys, struct db_image *image);
MUST_USE int snapshots_delete(struct snapshots *snapshots, struct db *db, const char *name);

/* [{"name", "at", "size"}, ...] in the order made. A new reference; NULL: broken. */
json_t *snapshots_list(struct snapshots *snapshots, struct db *db);

/* The files beside the database at `path` are deleted, whose list `db` keeps; NULL: nobody has it
 * open. Negative: some stand yet, logged. */
MUST_USE int snapshots_forsake(struct db *db, const char *path);

#endif
