#include "tests/unit/oauth/world.h"

#include "server/oauth/secret.h"
#include "server/oauth/token.h"

#define TOKEN "an-access-token"

/* One grant of the user's to the client, with the access token TOKEN. */
static struct grant_row put_token(struct world *world, const char *scope)
{
    struct grant_row grant = {
        .client = world->web.id,
        .user = world->user.id,
        .scope = "openid profile scenarios:read",
        .terms = {.resource = "/api/v2", .organization = 7},
        .created_at = NOW,
        .expires_at = NOW + 1000,
    };
    struct access_row access = {
        .hash = secret_hash(TOKEN), .scope = scope, .issued_at = NOW, .expires_at = NOW + 300};
    assert_int_equal(tokens_grant(world->tenant.db, &grant, &access), 0);
    return grant;
}

typedef struct verdict recogniser(struct tenant *tenant, struct arena *arena, const char *token,
                                  struct bearer *bearer);
static recogniser *const recognisers[] = {token_recognise, token_recognise_opened};

static void assert_opens(struct world *world, int64_t grant, const char *sub, const char *scope)
{
    for (size_t i = 0; i < COUNT(recognisers); i++) {
        struct bearer bearer = {0};
        struct verdict verdict = recognisers[i](&world->tenant, world->arena, TOKEN, &bearer);
        assert_int_equal(verdict.code, ERROR_NONE);
        assert_int_equal(bearer.grant.id, grant);
        assert_int_equal(bearer.grant.terms.organization, 7);
        assert_string_equal(bearer.grant.terms.resource, "/api/v2");
        assert_string_equal(bearer.client.client_id, "web");
        assert_string_equal(bearer.scope, scope);
        assert_string_equal(token_subject(&bearer), sub);
        assert_false(bearer.by_id_token);
    }
}

static void assert_refused(struct world *world, const char *actual)
{
    for (size_t i = 0; i < COUNT(recognisers); i++) {
        struct bearer bearer = {0};
        struct verdict verdict = recognisers[i](&world->tenant, world->arena, TOKEN, &bearer);
        assert_int_equal(verdict.code, ERROR_INVALID_TOKEN);
        assert_string_equal(verdict.actual, actual);
    }
}

static void a_token_opens_its_grants_scope(void **state)
{
    struct world *world = *state;
    int64_t grant = put_token(world, NULL).id;
    assert_opens(world, grant, "1001", "openid profile scenarios:read");
}

static void a_token_with_a_narrower_scope_opens_no_more(void **state)
{
    struct world *world = *state;
    int64_t grant = put_token(world, "profile").id;
    assert_opens(world, grant, "1001", "profile");
}

static void an_opaque_token_loses_what_its_client_is_no_longer_registered_for(void **state)
{
    struct world *world = *state;
    int64_t grant = put_token(world, NULL).id;
    world->web.scope = "openid scenarios:read";
    world_client(world, &world->web);
    assert_opens(world, grant, "1001", "openid scenarios:read");
    world->web.access_token_format = "jwt";
    world_client(world, &world->web);
    assert_opens(world, grant, "1001", "openid profile scenarios:read");
}

static void a_token_of_a_client_or_a_user_that_is_gone_is_refused(void **state)
{
    struct world *world = *state;
    put_token(world, NULL);
    assert_int_equal(users_delete(world->tenant.db, world->user.id), 0);
    assert_refused(world, "a token of a user who is gone");
    assert_int_equal(clients_delete(world->tenant.db, world->web.id), 0);
    assert_refused(world, "a token of a client that is gone");
}

static void a_token_that_has_expired_or_was_revoked_is_refused(void **state)
{
    struct world *world = *state;
    const struct hash hash = secret_hash(TOKEN);
    put_token(world, NULL);
    world->tenant.clock.at += 300;
    assert_refused(world, "an expired token");
    world->tenant.clock.at -= 1;
    assert_int_equal(tokens_access_revoke(world->tenant.db, &hash, NOW), 0);
    assert_refused(world, "a revoked token");
}

/* The grant's end is told, and comes before the token's. */
static void a_token_of_a_revoked_grant_is_refused_with_the_reason(void **state)
{
    struct world *world = *state;
    struct bearer bearer = {0};
    int64_t grant = put_token(world, NULL).id;
    assert_int_equal(tokens_grant_revoke(world->tenant.db, grant, NOW - 5, GRANT_REVOKED_BY_CLIENT),
                     0);
    world->tenant.clock.at += 300;
    assert_refused(world, "a revoked token");
    struct verdict verdict = token_recognise_opened(&world->tenant, world->arena, TOKEN, &bearer);
    assert_string_equal(verdict.detail,
                        "the access token was revoked 305 s ago: the client revoked it");
}

static void a_token_that_nobody_was_given_is_unknown(void **state)
{
    assert_refused(*state, "an unknown token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_token_opens_its_grants_scope),
        WORLD_TEST(a_token_with_a_narrower_scope_opens_no_more),
        WORLD_TEST(an_opaque_token_loses_what_its_client_is_no_longer_registered_for),
        WORLD_TEST(a_token_of_a_client_or_a_user_that_is_gone_is_refused),
        WORLD_TEST(a_token_that_has_expired_or_was_revoked_is_refused),
        WORLD_TEST(a_token_of_a_revoked_grant_is_refused_with_the_reason),
        WORLD_TEST(a_token_that_nobody_was_given_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
