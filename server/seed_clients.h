/* The fixture's clients and scopes, as records of the store. All take a fixture that seed_check passed. */
#ifndef MAKESHIFT_SEED_CLIENTS_H
#define MAKESHIFT_SEED_CLIENTS_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/store/db.h"

/* Put the lists in the place of what is in the store. 0; negative: broken. */
int seed_scopes_put(struct db *db, int64_t tenant, const json_t *scopes);
int seed_clients_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *clients);

/* The longest life, in seconds, of a token that a signing key vouches for. Negative: broken. */
int64_t seed_longest_ttl(struct arena *arena, const json_t *clients);
int64_t seed_longest_ttl_stored(struct db *db, int64_t tenant, struct arena *arena);

/* A warning for each redirect URI that only a test can want: http to a host other than loopback
 * (RFC 9700 2.6, RFC 8252 8.3). Containers' networks need them. */
void seed_clients_audit(struct arena *arena, const json_t *clients);

#endif
