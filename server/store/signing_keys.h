/* The keys that a tenant has signed with. */
#ifndef MAKESHIFT_STORE_SIGNING_KEYS_H
#define MAKESHIFT_STORE_SIGNING_KEYS_H

#include "server/base/attr.h"
#include "server/store/db.h"

#define KEY_ROW_NEXT INT64_C(-1)
/* In place of a PEM: the number of a key that is part of the program, which is nobody's secret. */
#define KEY_ROW_BUILT_IN "Built into makeshift: "

struct key_row {
    const char *kid;
    const char *alg;
    const char *pem;    /* the private key, or the number of a built-in one */
    int64_t retired_at; /* 0: it signs; KEY_ROW_NEXT: it is published, and will */
    int64_t until;      /* published until then, once retired */
};

/* Adds or replaces by kid. */
MUST_USE int signing_keys_put(struct db *db, const struct key_row *key);

/* Whether it was there or not. */
MUST_USE int signing_keys_delete(struct db *db, const char *kid);

/* All keys, oldest first, in the arena. */
MUST_USE int signing_keys_list(struct db *db, struct arena *arena, const struct key_row **keys,
                               size_t *count);

#endif
