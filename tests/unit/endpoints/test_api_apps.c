/* Custom apps in Make's API: what belongs to an app, and its sections. */
#include "tests/unit/endpoints/guarded.h"

#define NO_APP "^there is no app 'no-such-app'"
#define BASIC "{'type':'basic','label':'x'}"

static void what_belongs_to_an_app_is_made_for_one_that_is_there(void **state)
{
    static const struct step steps[] = {
        {"POST /sdk/apps/no-such-app/connections", BASIC, 404, "SC404", .says = NO_APP},
        {"POST /sdk/apps/example/connections", BASIC, 404, "SC404",
         .says = "there is no app 'example'"},
        {"GET /sdk/apps/no-such-app/connections", NULL, 404, "SC404", .says = NO_APP},
        {"POST /sdk/apps/example-shop/connections", BASIC, .at = "/appConnection/appName",
         .is = "'example-shop'"},
        {"POST /sdk/apps/no-such-app/webhooks", BASIC, 404, "SC404", .says = NO_APP},
        {"POST /sdk/apps/example/webhooks", BASIC, 404, "SC404",
         .says = "there is no app 'example'"},
        {"GET /sdk/apps/no-such-app/webhooks", NULL, 404, "SC404", .says = NO_APP},
        {"POST /sdk/apps/example-shop/webhooks", BASIC, .at = "/appWebhook/appName",
         .is = "'example-shop'"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void connections_and_webhooks_go_with_the_last_version_of_their_app(void **state)
{
    static const struct step steps[] = {
        {"POST /sdk/apps", "{'name':'other','version':1,'label':'other'}", .status = 200},
        {"POST /sdk/apps", "{'name':'example-shop','version':2,'label':'example-shop'}",
         .status = 200},
        {"POST /sdk/apps/other/connections", BASIC, .at = "/appConnection/name", .is = "$other"},
        {"POST /sdk/apps/other/1/rpcs", "{'name':'r','label':'r','connection':'example-shop'}",
         .status = 200},
        {"DELETE /sdk/apps/example-shop/2", .status = 200},
        {"GET /sdk/apps/connections/example-shop", .at = "/appConnection/name",
         .is = "'example-shop'"},
        {"GET /sdk/apps/webhooks/example-shop", .at = "/appWebhook/name", .is = "'example-shop'"},
        {"DELETE /sdk/apps/example-shop/1", .status = 200},
        {"GET /sdk/apps/connections/example-shop", NULL, 404, .code = "SC404"},
        {"GET /sdk/apps/example-shop/connections", NULL, 404, .code = "SC404"},
        {"GET /sdk/apps/webhooks/example-shop", NULL, 404, .code = "SC404"},
        {"GET /sdk/apps/example-shop/webhooks", NULL, 404, .code = "SC404"},
        {"GET /sdk/apps/other/1/rpcs/r", .at = "/appRpc/connection", .is = "null"},
        {"GET /sdk/apps/connections/$other", .status = 200},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* -- sections -----------------------------------------------------------------------------------
 */

static bool is_section(const struct operation *operation)
{
    return str_equal(operation->method, "GET") && operation->verb == VERB_RAW &&
           str_starts(operation->path, "/sdk/");
}

/* A readme, code, a test or an icon, which are no JSON. */
static bool is_text(const char *path)
{
    return str_ends(path, "/readme") || str_ends(path, "/code") || str_ends(path, "/test") ||
           strstr(path, "/icon") != NULL;
}

static const char *type_of(struct api *api, const struct api_answer *answer)
{
    const char *type = api_header(answer, "Content-Type");
    return arena_strndup(api->arena, type, strcspn(type, ";"));
}

static const char *body_of(struct api *api, const struct api_answer *answer)
{
    return arena_strndup(api->arena, answer->response.body, answer->response.body_size);
}

static void put_again(struct api *api, const char *path)
{
    const char *get = arena_printf(api->arena, "GET %s", path);
    const char *expected = str_ends(path, "/common") ? "application/json" : "application/jsonc";
    const struct api_answer answer = api_call(api, OWNER, get, NULL);
    const char *text = body_of(api, &answer);
    json_auto_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!str_equal(type_of(api, &answer), expected) || json == NULL) {
        fail_msg("%s: %s %s", path, type_of(api, &answer), text);
    }
    api_raw(api, OWNER, arena_printf(api->arena, "PUT %s", path), expected, text);
    const struct api_answer again = api_call(api, OWNER, get, NULL);
    if (!str_equal(body_of(api, &again), text) || !str_equal(type_of(api, &again), expected)) {
        fail_msg("%s: %s %s", path, type_of(api, &again), body_of(api, &again));
    }
}

/* The SDK reads application/json as JSON, and all other text as it is. */
static void a_section_is_a_text_before_it_is_put_as_after_it(void **state)
{
    struct api *api = world_with(state, NULL);
    size_t looked_at = 0;
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_section(&all[i]) && !is_text(all[i].path)) {
            put_again(api, strchr(path_call(api, &all[i], NULL), '/'));
            looked_at++;
        }
    }
    assert_true(looked_at > 20);
}

#define INTERFACE "/sdk/apps/example-shop/1/modules/listOrders/interface"

static void the_interface_of_a_module_is_none_of_a_scenario(void **state)
{
    static const char put[] = "[{\"name\":\"id\"}]";
    struct api *api = world_with(state, NULL);
    const struct api_answer before = api_call(api, OWNER, "GET " INTERFACE, NULL);
    assert_string_equal(body_of(api, &before), "[]");
    api_raw(api, OWNER, "PUT " INTERFACE, "application/jsonc", put);
    const struct api_answer after = api_call(api, OWNER, "GET " INTERFACE, NULL);
    assert_string_equal(body_of(api, &after), put);
    assert_json(api_ok(api, OWNER, "GET /scenarios/1/interface", NULL),
                "{'interface':{'input':[],'output':[]}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(what_belongs_to_an_app_is_made_for_one_that_is_there),
        PEOPLE_TEST(connections_and_webhooks_go_with_the_last_version_of_their_app),
        PEOPLE_TEST(a_section_is_a_text_before_it_is_put_as_after_it),
        PEOPLE_TEST(the_interface_of_a_module_is_none_of_a_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
