/* The bodies of Make's API: which ones are taken, and what of them is kept. */
#include "tests/unit/endpoints/api.h"

#define JSON "application/json"
#define RECORDS "/data-stores/1/data"

/* 400, for a body as it stands, with a detail as the expression says. */
static void refused_text(struct api *api, const char *call, const char *text, const char *says)
{
    const struct api_answer answer = api_raw(api, OWNER, call, JSON, text);
    api_is_refusal(api, &answer, arena_printf(api->arena, "%s %.200s", call, text), 400, "IM005",
                   says);
}

/* -- what is a body -----------------------------------------------------------------------------
 */

static void a_body_of_another_type_is_refused(void **state)
{
    static const char *const types[] = {NULL, "text/plain", "application/x-www-form-urlencoded",
                                        "application/jsonx", "multipart/form-data; boundary=x"};
    struct api *api = *state;
    const json_t *before = api_ok(api, OWNER, "GET /scenarios", NULL);
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct api_answer answer =
            api_raw(api, OWNER, "POST /scenarios", types[i], "{\"teamId\":1,\"name\":\"x\"}");
        api_is_refusal(api, &answer, types[i] == NULL ? "no type" : types[i], 400, "IM005",
                       "^Content-Type is '.*': send application/json$");
        api_unchanged(api, OWNER, "GET /scenarios", before);
    }
}

static void a_json_type_is_one_however_it_is_written(void **state)
{
    static const char *const types[] = {"application/json; charset=utf-8", "Application/JSON"};
    struct api *api = *state;
    const char *body =
        quoted(api->arena, "{'teamId':1,'blueprint':{'name':'x','flow':[],'metadata':{}},"
                           "'scheduling':{'type':'indefinitely','interval':900}}");
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct api_answer answer = api_raw(api, OWNER, "POST /scenarios", types[i], body);
        if (answer.status != 200) {
            fail_msg("%s: %s", types[i], api_shown(api, &answer));
        }
    }
}

static void a_number_of_a_body_is_a_positive_integer(void **state)
{
    static const char *const values[] = {
        "1.0", "1e400", "9223372036854775808", "-1", "0", "true", "[1]",
        "{}",  "\"1\"", "2147483648"};
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(values); i++) {
        refused_text(api, "POST /scenarios",
                     arena_printf(api->arena, "{\"name\":\"x\",\"teamId\":%s}", values[i]),
                     "teamId: is no number|is not JSON");
    }
}

static char *repeated(struct arena *arena, char c, size_t count)
{
    char *text = arena_alloc(arena, count + 1);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

static void a_body_that_is_no_json_is_refused(void **state)
{
    struct api *api = *state;
    const char *const texts[] = {
        "\"\\u0000\"", "\"\\ud800\"", repeated(api->arena, '[', 100 * 1000),
        "NaN",         "'x'",         "\"a\nb\"",
        "\"x\"} {",    "\"x\",}"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        refused_text(api, "POST /scenarios",
                     arena_printf(api->arena, "{\"teamId\":1,\"name\":%s}", texts[i]),
                     "^the body is not JSON: line ");
    }
}

static const char *deep(struct arena *arena, size_t levels)
{
    return arena_printf(arena, "%s%s", repeated(arena, '[', levels), repeated(arena, ']', levels));
}

static void a_body_is_nested_as_deep_as_it_can_be_read_again(void **state)
{
    struct api *api = *state;
    const struct {
        const char *listing, *call, *format;
        size_t levels;
        const char *says;
    } rows[] = {
        {"GET " RECORDS, "PATCH " RECORDS "/customer-1", "{\"a\":%s}", 200, "^the body"},
        {"GET /hooks", "POST /hooks/1/set-data", "{\"a\":%s}", 200, "^the body"},
        {"GET /scenarios", "PATCH /scenarios/1", "{\"scheduling\":\"{\\\"a\\\":%s}\"}", 200,
         "^scheduling"},
        {"GET /scenarios", "POST /scenarios",
         "{\"teamId\":1,\"name\":\"x\",\"blueprint\":{\"flow\":%s}}", 2000, "^the body"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *hole = strstr(rows[i].format, "%s");
        const char *body = arena_printf(api->arena, "%.*s%s%s", (int)(hole - rows[i].format),
                                        rows[i].format, deep(api->arena, rows[i].levels), hole + 2);
        const json_t *before = api_ok(api, OWNER, rows[i].listing, NULL);
        refused_text(
            api, rows[i].call, body,
            arena_printf(api->arena, "%s: is nested too deep; expected .* 200 deep", rows[i].says));
        api_unchanged(api, OWNER, rows[i].listing, before);
    }
    api_ok(api, OWNER, "PATCH " RECORDS "/customer-1",
           arena_printf(api->arena, "{'a':%s}", deep(api->arena, 199)));
}

static void a_section_can_be_empty(void **state)
{
    static const char *const paths[] = {"/sdk/apps/example-shop/1/base",
                                        "/sdk/apps/example-shop/1/modules/listOrders/api"};
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        const char *get = arena_printf(api->arena, "GET %s", paths[i]);
        assert_int_not_equal(api_call(api, OWNER, get, NULL).response.body_size, 0);
        api_ok(api, OWNER, arena_printf(api->arena, "PUT %s", paths[i]), "");
        const struct api_answer emptied = api_call(api, OWNER, get, NULL);
        assert_int_equal(emptied.status, 200);
        assert_int_equal(emptied.response.body_size, 0);
    }
}

/* -- a record's key -----------------------------------------------------------------------------
 */

/* A path's segments are without slash, backslash and control characters: nobody could read or
 * change it. */
static void a_record_gets_no_key_that_a_path_cannot_have(void **state)
{
    struct api *api = *state;
    const char *const keys[] = {"a/b",   "a\\\\b", "", repeated(api->arena, 'x', 256),
                                "a\\nb", "\\u007f"};
    const json_t *before = api_ok(api, OWNER, "GET " RECORDS, NULL);
    for (size_t i = 0; i < COUNT(keys); i++) {
        api_refused(api, OWNER, "POST " RECORDS,
                    arena_printf(api->arena, "{'key':'%s','data':{}}", keys[i]), 400, "IM005",
                    "^key: ");
        api_unchanged(api, OWNER, "GET " RECORDS, before);
    }
}

static void a_records_key_is_a_text(void **state)
{
    static const struct api_row rows[] = {
        {"POST " RECORDS, "{'key':5,'data':{}}", 400, "IM005", "^key: "},
        {"POST " RECORDS, "{'key':1.5,'data':{}}", 400, "IM005", "^key: "},
        {"POST " RECORDS, "{'key':true,'data':{}}", 400, "IM005", "^key: "},
        {"POST " RECORDS, "{'key':[],'data':{}}", 400, "IM005", "^key: "},
        {"POST " RECORDS, "{'key':{},'data':{}}", 400, "IM005", "^key: "},
    };
    api_refuses(*state, OWNER, rows, COUNT(rows));
}

static void a_record_is_found_by_its_key_as_a_path_has_it(void **state)
{
    static const struct {
        const char *key, *segment;
    } rows[] = {
        {"a b", "a%20b"},       {"\u017elu\u0165", "%C5%BElu%C5%A5"},
        {"50%", "50%25"},       {"a+b", "a%2Bb"},
        {"a?b#c", "a%3Fb%23c"}, {"\U0001f600", "%F0%9F%98%80"},
    };
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *whole =
            arena_printf(api->arena, "{'key':'%s','data':{'a':1,'b':2}}", rows[i].key);
        api_ok(api, OWNER, "POST " RECORDS,
               arena_printf(api->arena, "{'key':'%s','data':{'a':1}}", rows[i].key));
        assert_json(api_ok(api, OWNER,
                           arena_printf(api->arena, "PATCH " RECORDS "/%s", rows[i].segment),
                           "{'b':2}"),
                    whole);
    }
}

/* -- what is kept whole -------------------------------------------------------------------------
 */

static void what_is_excepted_from_a_deletion_is_a_list(void **state)
{
    static const char *const values[] = {"'customer-1'", "{'customer-1':true}", "1", "null"};
    struct api *api = *state;
    const json_t *before = api_ok(api, OWNER, "GET " RECORDS, NULL);
    for (size_t i = 0; i < COUNT(values); i++) {
        api_refused(api, OWNER, "DELETE " RECORDS "?confirmed=true",
                    arena_printf(api->arena, "{'all':true,'exceptIds':%s}", values[i]), 400,
                    "IM005", "^exceptIds: is no list");
        api_unchanged(api, OWNER, "GET " RECORDS, before);
    }
}

static void what_decides_is_said_once(void **state)
{
#define ONCE(name) "^" name ": is there more than once; expected it once$"
    static const struct api_row rows[] = {
        {"GET /scenarios?teamId=1&teamId=2", NULL, 400, "IM005", ONCE("teamId")},
        {"GET /scenarios?teamId=1&teamId=1", NULL, 400, "IM005", ONCE("teamId")},
        {"GET /scenarios?organizationId=1&organizationId=2", NULL, 400, "IM005",
         ONCE("organizationId")},
        {"GET /scenarios?pg[limit]=1&pg[limit]=2", NULL, 400, "IM005", ONCE("pg\\[limit]")},
    };
#undef ONCE
    api_refuses(*state, OWNER, rows, COUNT(rows));
}

static void what_the_server_keeps_is_not_changed_by_a_body(void **state)
{
    static const struct {
        const char *path, *body, *says;
    } rows[] = {
        {"/data-stores/1", "{'records':99}", "^records: cannot be changed"},
        {"/data-stores/1", "{'size':'9'}", "^size: cannot be changed"},
        {"/organizations/1", "{'license':{'apiLimit':0}}", "^license: cannot be changed"},
        {"/organizations/1", "{'zone':'example.com'}", "^zone: cannot be changed"},
        {"/organizations/1", "{'teams':[]}", "^teams: cannot be changed"},
        {"/hooks/1", "{'udid':'x'}", "^udid: cannot be changed"},
        {"/hooks/1", "{'scenarioId':2}", "^scenarioId: cannot be changed"},
    };
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *get = arena_printf(api->arena, "GET %s", rows[i].path);
        const json_t *before = api_ok(api, OWNER, get, NULL);
        api_refused(api, OWNER, arena_printf(api->arena, "PATCH %s", rows[i].path), rows[i].body,
                    400, "IM005", rows[i].says);
        api_unchanged(api, OWNER, get, before);
    }
}

static void what_the_server_keeps_is_not_set_by_a_body(void **state)
{
    const json_t *made = api_ok(*state, OWNER, "POST /data-stores",
                                "{'name':'x','teamId':1,'maxSizeMB':1,'records':7,'size':'7'}");
    const json_t *store = json_object_get(made, "dataStore");
    assert_json(json_object_get(store, "records"), "0");
    assert_json(json_object_get(store, "size"), "'0'");
    const json_t *registered = api_ok(*state, OWNER, "POST /agent/register",
                                      "{'id':'00000000-0000-4000-8000-000000000071','name':'x',"
                                      "'organizationId':1}");
    const char *id = text_of(json_object_get(registered, "agent"), "id");
    assert_string_not_equal(id, "");
    assert_string_not_equal(id, "00000000-0000-4000-8000-000000000071");
}

static void a_users_name_is_what_a_fixture_may_have(void **state)
{
    struct api *api = *state;
    const char *const names[] = {"a\\nb", "\\u0001", repeated(api->arena, 'x', 256)};
    for (size_t i = 0; i < COUNT(names); i++) {
        api_refused(api, OWNER, "PATCH /users/1001",
                    arena_printf(api->arena, "{'name':'%s'}", names[i]), 400, "IM005", "^name: ");
        const json_t *me = api_ok(api, OWNER, "GET /users/me", NULL);
        assert_string_equal(text_of(json_object_get(me, "authUser"), "name"), "Olivia Owner");
    }
}

static void an_invitation_goes_to_an_address(void **state)
{
    api_refused(*state, OWNER, "POST /organizations/1/invite", "{'email':'1003','usersRoleId':3}",
                400, "IM005", "^email: is no user's of the fixture");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_body_of_another_type_is_refused),
        TEST(a_json_type_is_one_however_it_is_written),
        TEST(a_number_of_a_body_is_a_positive_integer),
        TEST(a_body_that_is_no_json_is_refused),
        TEST(a_body_is_nested_as_deep_as_it_can_be_read_again),
        TEST(a_section_can_be_empty),
        TEST(a_record_gets_no_key_that_a_path_cannot_have),
        TEST(a_records_key_is_a_text),
        TEST(a_record_is_found_by_its_key_as_a_path_has_it),
        TEST(what_is_excepted_from_a_deletion_is_a_list),
        TEST(what_decides_is_said_once),
        TEST(what_the_server_keeps_is_not_changed_by_a_body),
        TEST(what_the_server_keeps_is_not_set_by_a_body),
        TEST(a_users_name_is_what_a_fixture_may_have),
        TEST(an_invitation_goes_to_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
