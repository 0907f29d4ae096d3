#include "tests/unit/oauth/world.h"

#include "server/oauth/scope.h"

static const char *parsed(struct world *world, const char *text)
{
    const char *scope;
    struct verdict verdict = scope_parse(world->arena, text, &scope);
    return verdict.code == ERROR_NONE ? scope : "refused";
}

static void scopes_are_separated_by_spaces_or_commas(void **state)
{
    assert_string_equal(parsed(*state, "openid profile"), "openid profile");
    assert_string_equal(parsed(*state, "openid,profile"), "openid profile");
    assert_string_equal(parsed(*state, "openid, profile"), "openid profile");
}

/* proves: SCP-06 */
static void a_scope_named_twice_counts_once(void **state)
{
    assert_string_equal(parsed(*state, "openid profile openid"), "openid profile");
    assert_string_equal(parsed(*state, "open openid"), "open openid");
}

static void a_character_outside_the_grammar_is_refused(void **state)
{
    assert_string_equal(parsed(*state, "open\"id"), "refused");
    assert_string_equal(parsed(*state, "open\\id"), "refused");
    assert_string_equal(parsed(*state, "open\tid"), "refused");
    assert_string_equal(parsed(*state, "openïd"), "refused");
    assert_string_equal(parsed(*state, "!#$[]~"), "!#$[]~");
}

static struct verdict requested(struct world *world, const char *text)
{
    const char *scope;
    return scope_request(&world->tenant, world->arena, &world->web, text, &scope);
}

static void a_registered_scope_is_allowed(void **state)
{
    struct world *world = *state;
    struct verdict verdict = requested(world, "scenarios:read openid");
    assert_int_equal(verdict.code, ERROR_NONE);
}

/* proves: SCP-02 */
static void a_scope_is_compared_whole_and_by_case(void **state)
{
    struct world *world = *state;
    static const char *const strangers[] = {"Openid", "openi", "openid2", "scenarios",
                                            "scenarios:readx"};
    for (size_t i = 0; i < COUNT(strangers); i++) {
        struct verdict verdict = requested(world, strangers[i]);
        assert_int_equal(verdict.code, ERROR_INVALID_SCOPE);
        assert_string_equal(verdict.actual, strangers[i]);
    }
}

static void an_unknown_scope_and_an_unregistered_one_are_told_apart(void **state)
{
    struct world *world = *state;
    const struct scope_row row = {.name = "teams:read", .kind = "user", .description = "teams"};
    assert_int_equal(scopes_put(world->tenant.db, &row), 0);
    struct verdict unregistered = requested(world, "openid teams:read");
    struct verdict unknown = requested(world, "openid teams:fly");
    assert_string_equal(unregistered.detail,
                        "scope 'teams:read' is not registered for client 'web'; add it to scope of "
                        "'web'");
    assert_non_null(strstr(unknown.detail, "'teams:fly' is unknown"));
}

/* proves: SCP-04 SCP-05 */
static void an_empty_request_is_refused_and_implies_nothing(void **state)
{
    struct world *world = *state;
    assert_string_equal(parsed(world, NULL), "");
    assert_int_equal(requested(world, "").code, ERROR_INVALID_SCOPE);
}

/* RFC 6749 3.3: "the authorization server MUST either process the request using a pre-defined
 * default value or fail". */
static void a_request_without_scope_asks_for_the_clients_default(void **state)
{
    struct world *world = *state;
    const char *scope;
    world->web.default_scope = "openid";
    assert_int_equal(scope_request(&world->tenant, world->arena, &world->web, " , ", &scope).code,
                     ERROR_NONE);
    assert_string_equal(scope, "openid");
    assert_int_equal(
        scope_request(&world->tenant, world->arena, &world->web, "profile", &scope).code,
        ERROR_NONE);
    assert_string_equal(scope, "profile");
}

static void at_the_mcp_issuer_it_asks_for_what_opens_its_resource(void **state)
{
    struct world *world = *state;
    const char *scope;
    world->web.issuer_path = "/mcp";
    assert_int_equal(requested(world, NULL).code, ERROR_INVALID_SCOPE);
    world->web.scope = "openid mcp:use scenarios:read";
    assert_int_equal(scope_request(&world->tenant, world->arena, &world->web, NULL, &scope).code,
                     ERROR_NONE);
    assert_string_equal(scope, "mcp:use");
    world->web.issuer_path = "";
    assert_int_equal(requested(world, NULL).code, ERROR_INVALID_SCOPE);
}

static void a_refresh_may_narrow_and_never_widen(void **state)
{
    struct world *world = *state;
    assert_int_equal(scope_narrow(world->arena, "openid profile", "profile").code, ERROR_NONE);
    assert_int_equal(scope_narrow(world->arena, "openid profile", "profile email").code,
                     ERROR_INVALID_SCOPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(scopes_are_separated_by_spaces_or_commas),
        WORLD_TEST(a_scope_named_twice_counts_once),
        WORLD_TEST(a_character_outside_the_grammar_is_refused),
        WORLD_TEST(a_registered_scope_is_allowed),
        WORLD_TEST(a_scope_is_compared_whole_and_by_case),
        WORLD_TEST(an_unknown_scope_and_an_unregistered_one_are_told_apart),
        WORLD_TEST(an_empty_request_is_refused_and_implies_nothing),
        WORLD_TEST(a_request_without_scope_asks_for_the_clients_default),
        WORLD_TEST(at_the_mcp_issuer_it_asks_for_what_opens_its_resource),
        WORLD_TEST(a_refresh_may_narrow_and_never_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
