/* The keys that a client registered: a JWK set (RFC 7517 5; RFC 7591 2, jwks). */
#ifndef MAKESHIFT_OAUTH_CLIENT_KEYS_H
#define MAKESHIFT_OAUTH_CLIENT_KEYS_H

#include <jansson.h>

#include "keys/jws.h"
#include "server/base/arena.h"

struct client_keys {
    json_t *set;
    struct jws_key *list;
    size_t count;
};

/* The keys of `jwks` (JSON text; NULL: none) that some algorithm of alg_table can use. */
void client_keys_init(struct client_keys *keys, struct arena *arena, const char *jwks);
void client_keys_fini(struct client_keys *keys);

/* What is wrong with one JWK, in words that go after "the key"; NULL: nothing. */
const char *client_key_fault(const json_t *jwk);

#endif
