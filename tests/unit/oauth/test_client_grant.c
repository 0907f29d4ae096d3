#include "tests/unit/oauth/world.h"

#include "server/oauth/grant.h"
#include "server/oauth/token.h"

static struct verdict ask(struct world *world, const struct client_row *client, const char *scope,
                          struct token_answer *answer)
{
    const struct form_field fields[] = {{"scope", scope}};
    const struct form form = {.fields = fields, .count = COUNT(fields)};
    *answer = (struct token_answer){0};
    return client_grant(&world->tenant, world->arena, client, &form, answer);
}

static void a_client_with_a_secret_gets_a_token_of_its_own(void **state)
{
    struct world *world = *state;
    struct token_answer answer;
    struct bearer bearer;
    assert_int_equal(ask(world, &world->web, "scenarios:read", &answer).code, ERROR_NONE);
    assert_null(answer.refresh_token);
    assert_null(answer.id_token);
    assert_int_equal(answer.expires_in, 300);
    assert_int_equal(
        token_recognise(&world->tenant, world->arena, answer.access_token, &bearer).code,
        ERROR_NONE);
    assert_int_equal(bearer.grant.user, 0);
    assert_string_equal(token_subject(&bearer), "web");
    assert_string_equal(bearer.scope, "scenarios:read");
    world->tenant.clock.at += 300;
    assert_int_equal(
        token_recognise(&world->tenant, world->arena, answer.access_token, &bearer).code,
        ERROR_INVALID_TOKEN);
}

/* RFC 6749 4.4: the registration cannot say otherwise. */
static void a_public_client_gets_none_whatever_it_is_registered_for(void **state)
{
    struct world *world = *state;
    struct token_answer answer;
    world->native.grant_types = "authorization_code client_credentials";
    assert_int_equal(ask(world, &world->native, "scenarios:read", &answer).code,
                     ERROR_UNAUTHORIZED_CLIENT);
    assert_null(answer.access_token);
}

static void a_scope_about_a_user_is_refused(void **state)
{
    struct world *world = *state;
    struct token_answer answer;
    struct verdict verdict = ask(world, &world->web, "scenarios:read profile", &answer);
    assert_int_equal(verdict.code, ERROR_INVALID_SCOPE);
    assert_string_equal(verdict.actual, "profile");
    assert_null(answer.access_token);
}

static int setup(void **state)
{
    static const struct scope_row scopes[] = {
        {"openid", "oidc", ""}, {"profile", "oidc", ""}, {"scenarios:read", "user", ""}};
    world_setup(state);
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(scopes); i++) {
        assert_int_equal(scopes_put(world->tenant.db, &scopes[i]), 0);
    }
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_client_with_a_secret_gets_a_token_of_its_own),
        TEST(a_public_client_gets_none_whatever_it_is_registered_for),
        TEST(a_scope_about_a_user_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
