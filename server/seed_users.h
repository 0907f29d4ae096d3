/* The fixture's users, as records of the store. */
#ifndef MAKESHIFT_SEED_USERS_H
#define MAKESHIFT_SEED_USERS_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/store/users.h"

/* Puts the names of claims beside the standard ones that users and clients' registrations have, and the language tags
 * that claims have: the directory's "claims" and "locales". 0; negative: broken. */
int seed_claims_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture);

/* Puts the fixture's users, which seed_check passed, in the place of those in the store. Their roles are the fixture's; those
 * in organizations and teams that it does not have, made through the API, stay. 0; negative: broken. */
int seed_users_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture);

#endif
