/* What the control door was told and is to hold: JSON by kind and number. It is part of the
 * database's state, so that an image has it. */
#ifndef MAKESHIFT_STORE_TOLD_H
#define MAKESHIFT_STORE_TOLD_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/store/db.h"

#define TOLD_CLOCK "clock" /* one, number 0 */
#define TOLD_JWKS "jwks"   /* likewise */
#define TOLD_FAULT "fault"
#define TOLD_SIGN_IN "sign_in"

struct told_row {
    int64_t id;
    const char *json;
};

/* Adds, or replaces. */
MUST_USE int told_put(struct db *db, const char *kind, const struct told_row *row);

/* Replaces. 0; 1: there is none of that number, and none is made. */
MUST_USE int told_change(struct db *db, const char *kind, const struct told_row *row);

/* Whether it was there or not. */
MUST_USE int told_delete(struct db *db, const char *kind, int64_t id);

/* All of the kind; NULL: of every one. */
MUST_USE int told_clear(struct db *db, const char *kind);

/* By number. */
MUST_USE int told_list(struct db *db, const char *kind, struct arena *arena,
                       const struct told_row **rows, size_t *count);

#endif
