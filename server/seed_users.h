/* The fixture's users, as records of the store. */
#ifndef MAKESHIFT_SEED_USERS_H
#define MAKESHIFT_SEED_USERS_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/store/users.h"

/* Puts the names of claims beside the standard ones that users and clients' registrations have, and the language tags
 * that claims have: the directory's "claims" and "locales". 0; negative: broken. */
int seed_claims_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture);

/* Puts the list, which seed_check passed, in the place of what is in the store. 0; negative: broken. */
int seed_users_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *users);

#endif
