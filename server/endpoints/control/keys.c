/* The keys a tenant signs with, and what its JWKS says of them. */
#include <stdlib.h>
#include <string.h>

#include "keys/built_in.h"
#include "server/base/json.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/orders.h"
#include "server/oauth/next_key.h"
#include "server/store/signing_keys.h"

#define FOREIGN "somebody else" /* whose keys a foreign JWKS shows */

static const char *const algs[] = {"RS256", "ES256", "EdDSA", NULL};
static const struct shape alg_shape = {
    .type = SHAPE_TEXT, .max = 10, .expected = "RS256, ES256 or EdDSA", .words = algs};
static const struct shape_member key_members[] = {{"alg", &alg_shape, false}, {NULL, NULL, false}};
const struct shape key_shape = {
    .type = SHAPE_RECORD, .expected = "an object with alg", .members = key_members};

static const struct shape serve = {.type = SHAPE_TEXT,
                                   .max = 10,
                                   .expected = "live, stale, empty, foreign, broken or outage",
                                   .words = jwks_names};
static const struct shape_member jwks_members[] = {{"serve", &serve, true}, {NULL, NULL, false}};
const struct shape jwks_shape = {
    .type = SHAPE_RECORD, .expected = "an object with serve", .members = jwks_members};

struct verdict keys_get(struct door *door)
{
    return door_list(door, ring_list(door->call->realm->tenant->ring));
}

/* A new reference; NULL: there is none. */
static json_t *find_key(const struct door *door, const char *kid)
{
    json_auto_t *list = ring_list(door->call->realm->tenant->ring);
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row)
    {
        if (str_equal(json_string_value(json_object_get(row, "kid")), kid)) {
            return json_incref(row);
        }
    }
    return NULL;
}

struct verdict key_get(struct door *door)
{
    json_t *row = find_key(door, door->arguments[0]);
    return row != NULL ? door_answer(door, 200, row)
                       : door_not_there(door, "key", door->arguments[0]);
}

/* The algorithm that the body names, RS256 without one; only what the profile serves. */
static struct verdict alg_of(const struct door *door, enum alg *alg)
{
    const char *name = json_string_value(json_object_get(door->body, "alg"));
    const char *served = door->call->realm->tenant->profile->algs;
    *alg = name != NULL ? alg_find(name) : ALG_RS256;
    if (!str_has_word(served, alg_table[*alg].name)) {
        return door_refuse(door, "/alg", arena_printf(door->call->arena, "one of %s", served),
                           name);
    }
    return ALLOWED;
}

static struct verdict refuse_keys(int outcome)
{
    return outcome < 0
               ? error_store_broken()
               : REFUSED(TOO_MANY, .check = "keys",
                         .detail = "all built-in keys of this algorithm are in use; delete some",
                         .expected = "less than 64 keys of an algorithm");
}

static struct verdict publish(struct door *door, int status, const char *kid)
{
    realm_publish(door->call->realm);
    return door_answer(door, status, find_key(door, kid));
}

struct verdict keys_post(struct door *door)
{
    enum alg alg = ALG_RS256;
    const char *kid = NULL;
    TRY(alg_of(door, &alg));
    int outcome = next_key_add(door->call->realm->tenant, door->call->arena, alg, &kid);
    return outcome == 0 ? publish(door, 201, kid) : refuse_keys(outcome);
}

struct verdict keys_rotate(struct door *door)
{
    struct tenant *tenant = door->call->realm->tenant;
    struct arena *arena = door->call->arena;
    enum alg alg = ALG_RS256;
    const char *kid = NULL;
    TRY(alg_of(door, &alg));
    int outcome = next_key_find(tenant, arena, alg, &kid);
    if (outcome != 0) {
        return refuse_keys(outcome);
    }
    return next_key_sign(tenant, arena, alg, kid) == 0 ? publish(door, 200, kid)
                                                       : error_store_broken();
}

struct verdict key_delete(struct door *door)
{
    struct tenant *tenant = door->call->realm->tenant;
    const char *kid = door->arguments[0];
    json_auto_t *row = find_key(door, kid);
    if (row == NULL) {
        return door_not_there(door, "key", kid);
    }
    if (str_equal(json_string_value(json_object_get(row, "state")), key_state_names[KEY_SIGNS])) {
        return REFUSED(CONFLICT, .check = "key", .actual = kid,
                       .detail = "this key signs; POST keys/rotate first",
                       .expected = "a key that does not sign");
    }
    if (signing_keys_delete(tenant->db, kid) != 0 ||
        ring_turn(tenant->ring, kid, KEY_OFF, 0) != 0) {
        return error_store_broken();
    }
    realm_publish(door->call->realm);
    return door_done(door);
}

struct verdict jwks_get(struct door *door)
{
    return door_answer(door, 200,
                       json_pack("{s:s}", "serve", jwks_names[door->call->realm->jwks_mode]));
}

/* For free(). */
static char *text_for(const struct door *door, enum jwks_mode mode)
{
    const struct realm *realm = door->call->realm;
    switch (mode) {
    case JWKS_STALE:
        return memory_strdup(publication_jwks(realm->publication, realm->tenant)->text);
    case JWKS_EMPTY:
        return memory_strdup("{\"keys\":[]}");
    case JWKS_BROKEN:
        return memory_strdup("{\"keys\":[{\"kty\":\"RSA\",");
    case JWKS_FOREIGN: {
        struct key *key = built_in_key(ALG_RS256, built_in_number(FOREIGN), FOREIGN);
        json_auto_t *jwks = json_pack("{s:[o]}", "keys", key_public_jwk(key));
        key_free(key);
        return memory_strdup(json_text(door->call->arena, jwks, NULL));
    }
    case JWKS_LIVE:
    case JWKS_OUTAGE:
    case JWKS__MAX:
        break;
    }
    return NULL;
}

struct verdict jwks_put(struct door *door)
{
    struct realm *realm = door->call->realm;
    const char *word = json_string_value(json_object_get(door->body, "serve"));
    enum jwks_mode mode = JWKS_LIVE;
    while (!str_equal(jwks_names[mode], word)) {
        mode++;
    }
    char *text = text_for(door, mode);
    if (orders_set_jwks(realm, mode, text) != 0) {
        free(text);
        return error_store_broken();
    }
    return jwks_get(door);
}
