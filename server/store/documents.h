/* What stands behind the API: documents of named collections, each with a key of its own below a
 * parent. */
#ifndef MAKESHIFT_STORE_DOCUMENTS_H
#define MAKESHIFT_STORE_DOCUMENTS_H

#include <stddef.h>

#include "server/base/attr.h"
#include "server/store/db.h"

struct document_row {
    int64_t id; /* set by documents_add */
    const char *collection;
    const char *parent; /* the path of what it is part of (document_path); "": of nothing */
    const char *key;
    int64_t organization, team, user; /* whose it is; 0: nobody's */
    int64_t api_limit;                /* an organization's calls in a minute; 0: any number */
    const char *type;                 /* media type; NULL: application/json */
    const uint8_t *body;              /* `size` bytes, and a NUL behind them */
    size_t size;
};

/* parent/collection/key: what those that are part of it have as parent. */
const char *document_path(struct arena *arena, const struct document_row *row);

/* The next number of a collection, which no document has had before. 0 or negative. */
MUST_USE int documents_number(struct db *db, const char *collection, int64_t *number);

/* 0 added; 1 there is one of that collection, parent and key. A numeric key is never given by
 * documents_number again. */
MUST_USE int documents_add(struct db *db, const struct document_row *row);

/* 0 found; 1 there is none. */
MUST_USE int documents_get(struct db *db, const struct document_row *key, struct arena *arena,
                           struct document_row *row);

/* Puts `row`'s owners, type and body in the place of those of document `row->id`. 0 done; 1 it is
 * gone. */
MUST_USE int documents_change(struct db *db, const struct document_row *row);

/* All that belongs to the team belongs to this organization from now on. */
MUST_USE int documents_move(struct db *db, int64_t team, int64_t organization);

/* The documents of a collection, in the order they were added. Zero and NULL leave a condition out.
 */
struct documents_filter {
    const char *collection;
    const char *parent;
    int64_t organization, team, user;
};
MUST_USE int documents_list(struct db *db, const struct documents_filter *filter,
                            struct arena *arena, const struct document_row **rows, size_t *count);

/* Deletes a document with all that is part of it, and of a team or an organization all that belongs
 * to it: within a transaction. 0 deleted; 1 there was none. */
MUST_USE int documents_delete(struct db *db, const struct document_row *row);

/* Deletes all but organizations and teams; what there is at first was not put. 0 or negative. */
MUST_USE int documents_clear(struct db *db);

/* Whether what there is at first was put: 0 it was; 1 not yet. And that it is from now on. */
MUST_USE int documents_are_put(struct db *db);
MUST_USE int documents_put_done(struct db *db);

#endif
