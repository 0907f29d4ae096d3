/* Tenants, the keys they have used, and how often they were started. */
#ifndef MAKESHIFT_STORE_TENANTS_H
#define MAKESHIFT_STORE_TENANTS_H

#include "server/store/db.h"

/* Finds or makes the tenant, counts this start, and tells both. The first start is 1. */
int tenants_open(struct db *db, const char *name, int64_t *tenant, int64_t *run);

struct key_row {
    const char *kid;
    const char *alg;
    const char *pem;    /* the private key */
    int64_t retired_at; /* 0: it signs */
    int64_t until;      /* published until then, once retired */
};

/* Adds or replaces by kid. */
int tenants_key_put(struct db *db, int64_t tenant, const struct key_row *key);

/* All keys, oldest first, in the arena. */
int tenants_keys(struct db *db, int64_t tenant, struct arena *arena, const struct key_row **keys,
                 size_t *count);

#endif
