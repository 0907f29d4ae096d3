/* What a user has granted to a client: a row per user, client and scope, until one of the two goes.
 */
#ifndef MAKESHIFT_STORE_CONSENTS_H
#define MAKESHIFT_STORE_CONSENTS_H

#include "server/base/attr.h"
#include "server/store/db.h"

/* Who granted, and to whom. */
struct consent_key {
    int64_t user;
    int64_t client;
};

/* The scopes granted, space-separated in the order of their names; "" when there are none. */
MUST_USE int consents_get(struct db *db, const struct consent_key *key, struct arena *arena,
                          const char **scope);

/* The organization chosen last; 0: all of them, or none was chosen yet. 0; negative: broken. */
MUST_USE int consents_get_organization(struct db *db, const struct consent_key *key,
                                       int64_t *organization);

/* What the user decided: all of `granted` is remembered, all of `withheld` forgotten, and the
 * organization takes the place of the last one, in one step; other scopes stay as they are. */
struct consent_row {
    const char *granted;  /* space-separated */
    const char *withheld; /* likewise */
    int64_t organization; /* 0: all of them */
};
MUST_USE int consents_put(struct db *db, const struct consent_key *key,
                          const struct consent_row *row);

/* Forgets what users and clients that are gone granted or were granted. */
MUST_USE int consents_sweep(struct db *db);

/* Forgets what this user granted to this client, so that it is asked for again; 0 is any. */
MUST_USE int consents_forget(struct db *db, const struct consent_key *key);

#endif
