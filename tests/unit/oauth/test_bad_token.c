/* Bad tokens, as a client sees them that follows the clauses of the standards step by step, and has
 * libjwt verify signatures. */
#include "tests/unit/oauth/world.h"

#include <jansson.h>
#include <jwt.h>
#include <stdlib.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/oauth/about.h"
#include "server/oauth/bad_token.h"
#include "server/oauth/id_token.h"
#include "server/store/tokens.h"
#include "tests/unit/keys/vectors.h"

#define NONCE "n-0S6_WzA2Mj"
#define CODE "a-code"
#define MAX_AGE 3600

/* For each name the check that has to fail; NULL: none may. */
static const struct {
    const char *name;
    const char *fails;
} expected[] = {
    {"expired", "exp"},
    {"not_yet_valid", "nbf"},
    {"issued_in_future", "iat"},
    {"old_iat", "iat"},
    {"no_iat", "iat"},
    {"no_exp", "exp"},
    {"exp_as_text", "exp"},
    {"wrong_signature", "signature"},
    {"unknown_kid", "kid"},
    {"wrong_kid", "signature"},
    {"no_kid", NULL},
    {"new_key", NULL},
    {"alg_none", "alg"},
    {"hs256_with_public_key", "alg"},
    {"other_alg", "alg"},
    {"unknown_crit", "crit"},
    {"wrong_typ", "typ"},
    {"wrong_iss", "iss"},
    {"no_iss", "iss"},
    {"wrong_aud", "aud"},
    {"no_aud", "aud"},
    {"extra_aud", "aud"},
    {"wrong_azp", "azp"},
    {"no_azp", "aud"}, /* whom it does not trust stands there, too */
    {"wrong_nonce", "nonce"},
    {"no_nonce", "nonce"},
    {"wrong_sub", "sub"},
    {"no_sub", "sub"},
    {"old_auth_time", "auth_time"},
    {"no_auth_time", "auth_time"},
    {"wrong_at_hash", "at_hash"},
    {"no_at_hash", "at_hash"},
    {"wrong_c_hash", "c_hash"},
    {"no_c_hash", "c_hash"},
    {"truncated", "form"},
    {"not_base64", "form"},
    {"duplicate_claims", "form"},
    {"huge", NULL},
    {"opaque_instead", "form"},
    {"aud_array", NULL},
    {"unknown_claims", NULL},
    {"unknown_header", NULL},
    {"fractional_times", NULL},
};

static int setup(void **state)
{
    struct key *rsa = NULL;
    struct key *ec = key_generate(ALG_ES256);
    assert_int_equal(world_setup(state), 0);
    struct world *world = *state;
    assert_int_equal(key_from_pem(ALG_RS256, rfc7517_pem, &rsa), 0);
    ring_add(world->tenant.ring, ec);
    ring_add(world->tenant.ring, rsa);
    return 0;
}

#define KEYED(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

static json_t *segment(const char *token, int index)
{
    for (; index > 0 && token != NULL; index--) {
        token = strchr(token, '.') != NULL ? strchr(token, '.') + 1 : NULL;
    }
    if (token == NULL) {
        return NULL;
    }
    size_t length = strcspn(token, "."), size = 0;
    char *bytes = malloc(length + 1);
    json_t *value = b64url_decode(bytes, &size, token, length) == 0
                        ? json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL)
                        : NULL;
    free(bytes);
    return value;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static bool is_half_of(const json_t *claims, const char *name, const char *of)
{
    uint8_t half[DIGEST_HALF_SIZE];
    char text[B64URL_SIZE(DIGEST_HALF_SIZE)];
    digest_half(half, of);
    b64url_encode(text, half, sizeof(half));
    return strcmp(text_of(claims, name), text) == 0;
}

static const char *judge_header(const json_t *header, const struct key *key)
{
    const char *kid = json_string_value(json_object_get(header, "kid"));
    if (strcmp(text_of(header, "alg"), "RS256") != 0) {
        return "alg";
    }
    if (json_object_get(header, "crit") != NULL) {
        return "crit";
    }
    if (strcmp(text_of(header, "typ"), "JWT") != 0) {
        return "typ";
    }
    return kid == NULL || strcmp(kid, key_kid(key)) == 0 ? NULL : "kid";
}

static const char *judge_signature(const char *token, const struct key *key)
{
    const char *pem = key_public_pem(key);
    jwt_t *jwt = NULL;
    int failed = jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem));
    bool good = !failed && jwt_get_alg(jwt) == JWT_ALG_RS256;
    jwt_free(jwt);
    return good ? NULL : "signature";
}

static const char *judge_parties(const json_t *claims)
{
    const json_t *aud = json_object_get(claims, "aud");
    bool mine = strcmp(json_is_array(aud) && json_array_size(aud) == 1
                           ? json_string_value(json_array_get(aud, 0))
                           : text_of(claims, "aud"),
                       "web") == 0;
    if (strcmp(text_of(claims, "iss"), "http://localhost:8080") != 0) {
        return "iss";
    }
    if (!mine) {
        return "aud";
    }
    if (json_object_get(claims, "azp") != NULL && strcmp(text_of(claims, "azp"), "web") != 0) {
        return "azp";
    }
    return strcmp(text_of(claims, "sub"), "1001") == 0 ? NULL : "sub";
}

static const char *judge_times(const json_t *claims)
{
    double iat = json_number_value(json_object_get(claims, "iat"));
    double auth_time = json_number_value(json_object_get(claims, "auth_time"));
    if (json_number_value(json_object_get(claims, "nbf")) > NOW) {
        return "nbf";
    }
    if (!(json_number_value(json_object_get(claims, "exp")) > NOW)) {
        return "exp";
    }
    if (iat < NOW - 600 || iat > NOW + 60) {
        return "iat";
    }
    return auth_time + MAX_AGE >= NOW ? NULL : "auth_time";
}

static const char *judge_binding(const json_t *claims, const char *access_token)
{
    if (strcmp(text_of(claims, "nonce"), NONCE) != 0) {
        return "nonce";
    }
    if (!is_half_of(claims, "at_hash", access_token)) {
        return "at_hash";
    }
    return is_half_of(claims, "c_hash", CODE) ? NULL : "c_hash";
}

/* The check that the client's judgement fails at, or NULL. */
static const char *judge(const struct world *world, const char *token, const char *access_token)
{
    json_auto_t *header = segment(token, 0);
    json_auto_t *claims = segment(token, 1);
    const struct key *named = ring_find(world->tenant.ring, text_of(header, "kid"));
    const struct key *key = named != NULL ? named : ring_signer(world->tenant.ring, ALG_RS256);
    if (!json_is_object(header) || !json_is_object(claims)) {
        return "form";
    }
    const char *fails = judge_header(header, key);
    fails = fails == NULL ? judge_signature(token, key) : fails;
    fails = fails == NULL ? judge_parties(claims) : fails;
    fails = fails == NULL ? judge_times(claims) : fails;
    return fails == NULL ? judge_binding(claims, access_token) : fails;
}

static struct grant_row grant_of(const struct world *world)
{
    return (struct grant_row){
        .client = world->web.id,
        .user = world->user.id,
        .scope = "openid",
        .auth_time = NOW - 60,
        .created_at = NOW,
        .expires_at = NOW + 1000,
    };
}

static const char *id_token(struct world *world, const char *access_token)
{
    const struct grant_row grant = grant_of(world);
    const struct mint mint = {.client = &world->web,
                              .user = &world->user,
                              .grant = &grant,
                              .scope = "openid",
                              .nonce = NONCE,
                              .now = NOW};
    const struct id_token_binding binding = {.access_token = access_token, .code = CODE};
    const char *token = NULL;
    assert_int_equal(id_token_mint(&world->tenant, world->arena, &mint, &binding, &token).code,
                     ERROR_NONE);
    return token;
}

static void each_bad_id_token_fails_at_the_check_it_is_for(void **state)
{
    struct world *world = *state;
    assert_null(judge(world, id_token(world, "at"), "at"));
    assert_int_equal(bad_token_count, COUNT(expected));
    for (size_t i = 0; i < bad_token_count; i++) {
        world->tenant.id_token_bad = bad_token_find(expected[i].name);
        assert_non_null(world->tenant.id_token_bad);
        const char *fails = judge(world, id_token(world, "at"), "at");
        if (!str_equal(fails, expected[i].fails)) {
            fail_msg("%s fails at %s", expected[i].name, fails != NULL ? fails : "nothing");
        }
        assert_int_equal(world->tenant.id_token_bad->client,
                         fails == NULL ? CLIENT_ACCEPTS : CLIENT_REFUSES);
    }
}

/* What it is worth: a reader that lets the token choose its algorithm takes it (RFC 8725 2.1). */
static void hs256_with_public_key_convinces_a_reader_that_trusts_the_header(void **state)
{
    struct world *world = *state;
    const char *pem = key_public_pem(ring_signer(world->tenant.ring, ALG_RS256));
    jwt_t *jwt = NULL;
    world->tenant.id_token_bad = bad_token_find("hs256_with_public_key");
    const char *token = id_token(world, "at");
    assert_int_equal(jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem)), 0);
    assert_int_equal(jwt_get_alg(jwt), JWT_ALG_HS256);
    assert_string_equal(jwt_get_grant(jwt, "sub"), "1001");
    jwt_free(jwt);
}

static void token_of_another_alg_is_signed_rightly(void **state)
{
    struct world *world = *state;
    json_t *header = NULL;
    json_t *claims = NULL;
    world->tenant.id_token_bad = bad_token_find("other_alg");
    assert_int_equal(jws_read(world->tenant.ring, id_token(world, "at"), &header, &claims), JWS_OK);
    assert_string_equal(text_of(header, "alg"), "ES256");
    json_decref(header);
    json_decref(claims);
}

/* A tenant with one key alone. */
static void without_a_second_key_a_built_in_one_stands_in(void **state)
{
    struct world *world = *state;
    struct key *rsa = NULL;
    static const struct {
        const char *name, *fails;
    } rows[] = {{"other_alg", "alg"}, {"wrong_kid", "kid"}};
    ring_free(world->tenant.ring);
    world->tenant.ring = ring_new();
    assert_int_equal(key_from_pem(ALG_RS256, rfc7517_pem, &rsa), 0);
    ring_add(world->tenant.ring, rsa);
    for (size_t i = 0; i < COUNT(rows); i++) {
        world->tenant.id_token_bad = bad_token_find(rows[i].name);
        const char *token = id_token(world, "at");
        assert_string_equal(judge(world, token, "at"), rows[i].fails);
        assert_string_equal(token, id_token(world, "at"));
    }
}

static void wrong_kid_is_a_published_one_where_there_are_several(void **state)
{
    struct world *world = *state;
    world->tenant.id_token_bad = bad_token_find("wrong_kid");
    json_auto_t *header = segment(id_token(world, "at"), 0);
    const struct key *named = ring_find(world->tenant.ring, text_of(header, "kid"));
    assert_non_null(named);
    assert_ptr_not_equal(named, ring_signer(world->tenant.ring, ALG_RS256));
}

/* An access token as the token endpoint gives it, stored. */
static const char *access_token(struct world *world)
{
    struct grant_row grant = grant_of(world);
    const struct mint mint = {.client = &world->web,
                              .user = &world->user,
                              .grant = &grant,
                              .scope = "openid",
                              .now = NOW};
    struct token_answer answer = {0};
    struct access_row access = {0};
    assert_int_equal(token_mint(&world->tenant, world->arena, &mint, &answer, &access, NULL).code,
                     ERROR_NONE);
    assert_int_equal(tokens_grant(world->tenant.db, &grant, &access), 0);
    return answer.access_token;
}

static void bad_access_token_is_known_to_the_server_that_made_it(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < bad_token_count; i++) {
        const struct bad_token *bad = &bad_token_table[i];
        struct bearer bearer = {0};
        world->tenant.access_token_bad = bad;
        const char *token = access_token(world);
        const struct verdict verdict =
            token_recognise(&world->tenant, world->arena, token, &bearer);
        assert_int_equal(verdict.code, bad->lapsed > 0 ? ERROR_INVALID_TOKEN : ERROR_NONE);
        assert_true(bad->lapsed == 0 || strstr(verdict.detail, "expired 3600 s ago") != NULL);
        assert_true(bad->lapsed > 0 || str_equal(bearer.client.client_id, "web"));
    }
}

static void bad_access_token_is_a_jwt_where_good_ones_are_opaque(void **state)
{
    struct world *world = *state;
    assert_null(strchr(access_token(world), '.'));
    world->tenant.access_token_bad = bad_token_find("wrong_aud");
    json_auto_t *header = segment(access_token(world), 0);
    json_auto_t *claims = segment(access_token(world), 1);
    assert_string_equal(text_of(header, "typ"), "at+jwt");
    assert_string_equal(text_of(claims, "aud"), "another-party");
    assert_string_equal(text_of(claims, "client_id"), "web");
}

static void bad_tokens_repeat_with_their_seed(void **state)
{
    struct world *world = *state;
    struct about about = {0}; /* of one call, whose tokens share a new key */
    world->tenant.about = &about;
    for (size_t i = 0; i < bad_token_count; i++) {
        world->tenant.id_token_bad = bad_token_find(expected[i].name);
        random_seek(world->tenant.random, 0);
        const char *one = id_token(world, "at");
        random_seek(world->tenant.random, 0);
        assert_string_equal(one, id_token(world, "at"));
    }
    world->tenant.about = NULL;
}

static void every_row_tells_what_it_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < bad_token_count; i++) {
        const struct bad_token *bad = &bad_token_table[i];
        assert_ptr_equal(bad_token_find(bad->name), bad);
        assert_true(str_ends(bad->says, "."));
        assert_true(strlen(bad->clause) > 5);
        assert_int_equal(
            (bad->draft != NULL) + (bad->claims_text != NULL) + (bad->token_text != NULL), 1);
    }
    assert_null(bad_token_find("Expired"));
    assert_null(bad_token_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEYED(each_bad_id_token_fails_at_the_check_it_is_for),
        KEYED(hs256_with_public_key_convinces_a_reader_that_trusts_the_header),
        KEYED(token_of_another_alg_is_signed_rightly),
        KEYED(without_a_second_key_a_built_in_one_stands_in),
        KEYED(wrong_kid_is_a_published_one_where_there_are_several),
        KEYED(bad_access_token_is_known_to_the_server_that_made_it),
        KEYED(bad_access_token_is_a_jwt_where_good_ones_are_opaque),
        KEYED(bad_tokens_repeat_with_their_seed),
        KEYED(every_row_tells_what_it_is_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
