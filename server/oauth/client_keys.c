#include "server/oauth/client_keys.h"

#include "server/base/attr.h"
#include "server/base/str.h"

static bool fits(const json_t *jwk, enum alg alg)
{
    const char *named = json_string_value(json_object_get(jwk, "alg"));
    const char *use = json_string_value(json_object_get(jwk, "use"));
    return (named == NULL || alg_find(named) == alg) && (use == NULL || str_equal(use, "sig"));
}

/* Each JWK is of one type, and so of one algorithm. */
static struct key *key_of(const json_t *jwk)
{
    struct key *key = NULL;
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        if (fits(jwk, alg) && key_from_jwk(alg, jwk, &key) == KEY_OK) {
            return key;
        }
    }
    return NULL;
}

void client_keys_init(struct client_keys *keys, struct arena *arena, const char *jwks)
{
    *keys = (struct client_keys){.set = jwks != NULL ? json_loads(jwks, 0, NULL) : NULL};
    const json_t *list = json_object_get(keys->set, "keys");
    keys->list = arena_alloc(arena, (json_array_size(list) + 1) * sizeof(*keys->list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *jwk = json_array_get(list, i);
        struct key *key = key_of(jwk);
        if (key != NULL) {
            keys->list[keys->count++] =
                (struct jws_key){.kid = json_string_value(json_object_get(jwk, "kid")), .key = key};
        }
    }
}

void client_keys_fini(struct client_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        key_free((struct key *)(uintptr_t)keys->list[i].key);
    }
    json_decref(keys->set);
}

const char *client_key_fault(const json_t *jwk)
{
    static const char *const secrets[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < COUNT(secrets); i++) {
        if (json_object_get(jwk, secrets[i]) != NULL) {
            return "has a private member";
        }
    }
    struct key *key = key_of(jwk);
    key_free(key);
    return key != NULL ? NULL : "is none of RS256, ES256 or EdDSA";
}
