/* JSON that belongs to a file and not to its state: it stays when the database becomes another
 * (image.h), and is in no image of it. */
#ifndef MAKESHIFT_STORE_KEPT_H
#define MAKESHIFT_STORE_KEPT_H

#include <stddef.h>

#include "server/base/attr.h"
#include "server/store/db.h"

#define KEPT_TENANT "tenant"       /* what the tenant was made with */
#define KEPT_SNAPSHOTS "snapshots" /* those that stand beside the file */

struct kept_row {
    const char *what;
    const char *json;
};

/* Adds, or replaces. */
MUST_USE int kept_put(struct db *db, const char *what, const char *json);

/* 0 found; 1 there is none. */
MUST_USE int kept_get(struct db *db, const char *what, struct arena *arena, const char **json);

MUST_USE int kept_list(struct db *db, struct arena *arena, const struct kept_row **rows,
                       size_t *count);

/* All are gone. */
MUST_USE int kept_clear(struct db *db);

#endif
