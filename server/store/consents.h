/* What a user has granted to a client: a row per user, client and scope, until one of the two goes. */
#ifndef MAKESHIFT_STORE_CONSENTS_H
#define MAKESHIFT_STORE_CONSENTS_H

#include "server/store/db.h"

/* Who granted, and to whom. */
struct consent_key {
    int64_t user;
    int64_t client;
};

/* The scopes granted, space-separated in the order of their names; "" when there are none. */
int consents_get(struct db *db, int64_t tenant, const struct consent_key *key, struct arena *arena,
                 const char **scope);

/* What the user decided about some scopes: all of `granted` is remembered, all of `withheld` forgotten,
 * in one step; others stay as they are. Both are space-separated. */
int consents_put(struct db *db, int64_t tenant, const struct consent_key *key, const char *granted,
                 const char *withheld);

/* Forgets what users and clients that are gone granted or were granted. */
int consents_sweep(struct db *db, int64_t tenant);

#endif
