#include "tests/unit/oauth/world.h"

#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"

static void every_route_can_be_found_by_its_path(void **state)
{
    (void)state;
    assert_true(route_count > 0);
    for (size_t i = 0; i < route_count; i++) {
        assert_ptr_equal(route_find(route_table[i].path, ""), &route_table[i]);
        assert_non_null(route_table[i].handle);
        assert_int_not_equal(route_table[i].methods, 0);
    }
}

static void no_other_spelling_of_a_path_is_a_route(void **state)
{
    (void)state;
    static const char *const strangers[] = {
        "/oauth/v2/token/",
        "/oauth/v2/Token",
        "//oauth/v2/token",
        "/oauth/v2/%74oken",
        "/",
        "/oauth/v2/../v2/token",
        "",
        "/oauth/v2/token;x",
    };
    for (size_t i = 0; i < COUNT(strangers); i++) {
        assert_null(route_find(strangers[i], ""));
    }
}

/* proves: DSC-17 */
static void an_issuer_with_a_path_has_its_documents_where_each_standard_puts_them(void **state)
{
    (void)state;
    assert_non_null(route_find("/tenant/.well-known/openid-configuration", "/tenant"));
    assert_non_null(route_find("/.well-known/oauth-authorization-server/tenant", "/tenant"));
    assert_non_null(route_find("/tenant/oauth/v2/token", "/tenant"));
    assert_non_null(route_find("/_makeshift/health", "/tenant"));
    assert_null(route_find("/.well-known/openid-configuration", "/tenant"));
    assert_null(route_find("/tenant/.well-known/oauth-authorization-server", "/tenant"));
    assert_null(route_find("/.well-known/oauth-authorization-server", "/tenant"));
    assert_null(route_find("/.well-known/oauth-authorization-server/tenants", "/tenant"));
    assert_null(route_find("/oauth/v2/token", "/tenant"));
}

static void the_control_door_has_no_second_path_below_the_issuers(void **state)
{
    (void)state;
    assert_null(route_find("/tenant/_makeshift/health", "/tenant"));
}

static void allow_lists_the_methods_of_the_route(void **state)
{
    struct world *world = *state;
    assert_string_equal(route_allow(world->arena, route_find(PATH_TOKEN, "")), "POST, OPTIONS");
    assert_string_equal(route_allow(world->arena, route_find(PATH_AUTHORIZE, "")), "GET, POST");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(every_route_can_be_found_by_its_path),
        WORLD_TEST(no_other_spelling_of_a_path_is_a_route),
        WORLD_TEST(an_issuer_with_a_path_has_its_documents_where_each_standard_puts_them),
        WORLD_TEST(the_control_door_has_no_second_path_below_the_issuers),
        WORLD_TEST(allow_lists_the_methods_of_the_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
