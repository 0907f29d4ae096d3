#include "tests/unit/oauth/world.h"

#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"
#include "server/oauth/issuer.h"
#include "server/oauth/resource.h"

static const struct route *find(const char *path, const char *base_path)
{
    const char *segment;
    return route_find(path, base_path, &segment);
}

static void every_route_can_be_found_by_its_path(void **state)
{
    (void)state;
    assert_true(route_count > 0);
    for (size_t i = 0; i < route_count; i++) {
        assert_ptr_equal(find(route_table[i].path, ""), &route_table[i]);
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
        "//",
        "/oauth/v2/../v2/token",
        "",
        "/oauth/v2/token;x",
    };
    for (size_t i = 0; i < COUNT(strangers); i++) {
        assert_null(find(strangers[i], ""));
    }
}

/* proves: DSC-17 */
static void an_issuer_with_a_path_has_its_documents_where_each_standard_puts_them(void **state)
{
    (void)state;
    assert_non_null(find("/tenant/.well-known/openid-configuration", "/tenant"));
    assert_non_null(find("/.well-known/oauth-authorization-server/tenant", "/tenant"));
    assert_non_null(find("/tenant/oauth/v2/token", "/tenant"));
    assert_non_null(find("/_makeshift/health", "/tenant"));
    assert_null(find("/.well-known/openid-configuration", "/tenant"));
    assert_null(find("/tenant/.well-known/oauth-authorization-server", "/tenant"));
    assert_null(find("/.well-known/oauth-authorization-server", "/tenant"));
    assert_null(find("/.well-known/oauth-authorization-server/tenants", "/tenant"));
    assert_null(find("/oauth/v2/token", "/tenant"));
}

static void what_stands_below_the_issuer_stands_behind_its_path_too(void **state)
{
    (void)state;
    assert_non_null(find("/.well-known/oauth-authorization-server/tenant/mcp", "/tenant"));
    assert_non_null(find("/.well-known/oauth-protected-resource/tenant/mcp", "/tenant"));
    assert_non_null(find("/tenant/mcp/.well-known/openid-configuration", "/tenant"));
    assert_non_null(find("/tenant/oauth/v2/register/mcp", "/tenant"));
    assert_null(find("/.well-known/oauth-authorization-server/mcp", "/tenant"));
    assert_null(find("/.well-known/oauth-protected-resource/mcp/tenant", "/tenant"));
}

static void a_segment_in_braces_is_any_one_and_not_empty(void **state)
{
    (void)state;
    const char *segment = NULL;
    const struct route *route = route_find("/oauth/v2/register/mcp/abc", "", &segment);
    assert_string_equal(route->path, PATH_REGISTRATION);
    assert_string_equal(segment, "abc");
    assert_non_null(route_find("/t/oauth/v2/register/mcp/%2e", "/t", &segment));
    assert_string_equal(segment, "%2e");
    assert_null(find("/oauth/v2/register/mcp/", ""));
    assert_null(find("/oauth/v2/register/mcp/a/b", ""));
    assert_non_null(route_find(PATH_TOKEN, "", &segment));
    assert_null(segment);
}

static void a_url_has_the_issuers_path_where_its_standard_puts_it(void **state)
{
    struct world *world = *state;
    const char *issuer = "https://x.example:8/t";
    assert_string_equal(route_url(world->arena, issuer, PATH_TOKEN),
                        "https://x.example:8/t/oauth/v2/token");
    assert_string_equal(route_url(world->arena, issuer, PATH_MCP_RESOURCE_METADATA),
                        "https://x.example:8/.well-known/oauth-protected-resource/t/mcp");
    assert_string_equal(route_url(world->arena, "http://localhost", PATH_MCP_RESOURCE_METADATA),
                        "http://localhost" PATH_MCP_RESOURCE_METADATA);
}

static void a_resource_is_served_where_its_row_says(void **state)
{
    struct world *world = *state;
    const struct tenant *tenant = &world->tenant;
    assert_string_equal(route_url(world->arena, tenant->issuer, PATH_MCP),
                        resource_url(tenant, world->arena, RESOURCE_MCP));
    assert_string_equal(arena_printf(world->arena, "%s/.well-known/openid-configuration",
                                     issuer_name(tenant, world->arena, ISSUER_MCP)),
                        route_url(world->arena, tenant->issuer, PATH_MCP_OPENID_CONFIGURATION));
}

static void the_control_door_has_no_second_path_below_the_issuers(void **state)
{
    (void)state;
    assert_null(find("/tenant/_makeshift/health", "/tenant"));
}

static void allow_lists_the_methods_of_the_route(void **state)
{
    struct world *world = *state;
    assert_string_equal(route_allow(world->arena, find(PATH_TOKEN, "")), "POST, OPTIONS");
    assert_string_equal(route_allow(world->arena, find(PATH_AUTHORIZE, "")), "GET, POST");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(every_route_can_be_found_by_its_path),
        WORLD_TEST(no_other_spelling_of_a_path_is_a_route),
        WORLD_TEST(an_issuer_with_a_path_has_its_documents_where_each_standard_puts_them),
        WORLD_TEST(what_stands_below_the_issuer_stands_behind_its_path_too),
        WORLD_TEST(a_segment_in_braces_is_any_one_and_not_empty),
        WORLD_TEST(a_url_has_the_issuers_path_where_its_standard_puts_it),
        WORLD_TEST(a_resource_is_served_where_its_row_says),
        WORLD_TEST(the_control_door_has_no_second_path_below_the_issuers),
        WORLD_TEST(allow_lists_the_methods_of_the_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
