/* The rule of Make's API is one ladder: of all that is wrong with a call, the first step that fails
 * answers. */
#include "tests/unit/endpoints/sign_in.h"

#define JSON "application/json"
#define BROKEN "{\"teamId\":"

/* User 3001 sees scenarios and changes none. */
static void add_monitor(json_t *fixture)
{
    add_user(fixture, "3001",
             "{'organizations':[{'id':1,'role':'Member'}],"
             "'teams':[{'id':1,'role':'Team monitoring'}]}");
}

static int with_monitor(void **state)
{
    return api_open(state, add_monitor);
}

/* A body as it stands, and of which type it is said to be. */
static struct api_answer refused_raw(struct api *api, const char *token, const char *type,
                                     const struct api_row *row)
{
    const struct api_answer answer = api_raw(api, token, row->call, type, row->body);
    const char *what = arena_printf(api->arena, "%s %s as %s with %s", row->call,
                                    row->body == NULL ? "" : row->body, type == NULL ? "-" : type,
                                    token == NULL ? "no token" : token);
    api_is_refusal(api, &answer, what, row->status, row->code, row->says);
    return answer;
}

/* -- the path, before the token -----------------------------------------------------------------
 */

static void a_path_or_method_that_is_none_is_told_before_a_token_is_asked_for(void **state)
{
    static const char *const tokens[] = {NULL, TOKEN(0009), OWNER};
    static const struct api_row rows[] = {
        {"DELETE /nothing", BROKEN, 404, "SC404", NULL},
        {"PUT /scenarios/x", BROKEN, 405, "SC405", NULL},
    };
    for (size_t i = 0; i < COUNT(tokens); i++) {
        for (size_t at = 0; at < COUNT(rows); at++) {
            refused_raw(*state, tokens[i], JSON, &rows[at]);
        }
    }
}

static void a_malformed_path_is_told_before_a_token_is_asked_for(void **state)
{
    static const struct api_row rows[] = {
        {"GET /sdk/apps/a%2Fb/1", NULL, 400, "IM005", NULL},
        {"GET /sdk/apps/a%5cb/1", NULL, 400, "IM005", NULL},
        {"GET /sdk/apps/%00/1", NULL, 400, "IM005", NULL},
        {"GET /sdk/apps/%zz/1", NULL, 400, "IM005", NULL},
        {"GET /sdk/apps/%/1", NULL, 400, "IM005", NULL},
        {"GET /sdk/apps/%F0%28%8C%28/1", NULL, 400, "IM005", NULL},
    };
    api_refuses(*state, NULL, rows, COUNT(rows));
}

/* -- the token, before everything that was sent -------------------------------------------------
 */

static void without_a_token_nothing_else_is_looked_at(void **state)
{
    static const char *const tokens[] = {NULL, TOKEN(0009)};
    static const struct api_row rows[] = {
        {"POST /scenarios", BROKEN, 401, "SC401", NULL},
        {"POST /scenarios?teamId=99", "{}", 401, "SC401", NULL},
        {"POST /scenarios?teamId=%zz", "{}", 401, "SC401", NULL},
        {"POST /scenarios/99/run", "[]", 401, "SC401", NULL},
    };
    for (size_t i = 0; i < COUNT(tokens) * COUNT(rows); i++) {
        const struct api_answer answer =
            refused_raw(*state, tokens[i % COUNT(tokens)], JSON, &rows[i / COUNT(tokens)]);
        assert_string_equal(text_of(answer.json, "message"), "Unauthorized");
        assert_true(str_starts(api_header(&answer, "WWW-Authenticate"), "Bearer "));
    }
}

/* -- the scopes, before what the call names -----------------------------------------------------
 */

static void without_the_scope_nothing_is_told_of_what_the_call_names(void **state)
{
    static const struct api_row rows[] = {
        {"GET /scenarios/99", NULL, 403, "SC403", "which the token lacks"},
        {"GET /scenarios/x", NULL, 403, "SC403", "which the token lacks"},
        {"GET /scenarios?teamId=99", NULL, 403, "SC403", "which the token lacks"},
        {"GET /scenarios?cols[]=nope", NULL, 403, "SC403", "which the token lacks"},
        {"PATCH /scenarios/1", "[]", 403, "SC403", "which the token lacks"},
        {"POST /scenarios", "{\"teamId\":99}", 403, "SC403", "which the token lacks"},
        {"DELETE /teams/1", NULL, 403, "SC403", "which the token lacks"},
    };
    const char *token = api_bearer(*state, "openid user:read");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct api_answer answer =
            refused_raw(*state, token, rows[i].body == NULL ? NULL : JSON, &rows[i]);
        assert_non_null(
            strstr(api_header(&answer, "WWW-Authenticate"), "error=\"insufficient_scope\""));
    }
}

static void without_the_scope_the_body_is_not_judged(void **state)
{
#define LACKING 403, "SC403", "needs the scope 'scenarios:write'"
    static const struct {
        const char *type;
        struct api_row row;
    } rows[] = {
        {JSON, {"POST /scenarios", BROKEN, LACKING}},
        {"text/plain", {"POST /scenarios", "{}", LACKING}},
        {JSON, {"POST /scenarios", "{\"a\":1,\"a\":1}", LACKING}},
    };
#undef LACKING
    const char *token = api_bearer(*state, "openid user:read");
    for (size_t i = 0; i < COUNT(rows); i++) {
        refused_raw(*state, token, rows[i].type, &rows[i].row);
    }
}

/* -- what is there, before the role; the role, before what was asked ----------------------------
 */

static void what_is_not_there_is_told_before_the_role_is_looked_at(void **state)
{
    static const struct api_row rows[] = {
        {"PATCH /scenarios/99", "{'name':7}", 404, "SC404", NULL},
        {"POST /scenarios", "{'teamId':99}", 404, "SC404", NULL},
    };
    api_refuses(*state, TOKEN(3001), rows, COUNT(rows));
}

static void without_the_role_nothing_is_told_of_the_rest(void **state)
{
    static const struct api_row rows[] = {
        {"PATCH /scenarios/1", "{'name':7}", 403, "SC403", "must allow"},
        {"PATCH /scenarios/1", "{'id':2}", 403, "SC403", "must allow"},
        {"POST /scenarios", "{'teamId':1}", 403, "SC403", "must allow"},
        {"DELETE /data-stores/1", NULL, 403, "SC403", "must allow"},
        {"DELETE /teams/1", NULL, 403, "SC403", "must allow"},
        {"DELETE /data-stores/1/data", "{}", 403, "SC403", "must allow"},
        {"PATCH /scenarios/1?cols[]=nope", "{'name':'x'}", 403, "SC403", "must allow"},
    };
    api_refuses(*state, TOKEN(3001), rows, COUNT(rows));
}

static void a_confirmation_is_asked_for_before_the_body_is_judged(void **state)
{
    static const struct api_row rows[] = {
        {"DELETE /data-stores/1/data", "{}", 406, "IM004", NULL},
        {"DELETE /data-stores/1/data?confirmed=true", "{}", 400, "IM005", NULL},
    };
    api_refuses(*state, OWNER, rows, COUNT(rows));
}

static void allow_one_call(json_t *fixture)
{
    json_t *organization = json_array_get(json_object_get(fixture, "organizations"), 0);
    json_object_set_new(organization, "license", json_from("{'apiLimit':1}"));
    add_monitor(fixture);
}

static int with_one_call(void **state)
{
    return api_open(state, allow_one_call);
}

static void the_rate_is_judged_after_the_role_and_before_the_act(void **state)
{
    static const struct api_row rows[] = {
        {"DELETE /teams/1", NULL, 429, "SC429", NULL},
        {"PATCH /scenarios/1", "{'name':7}", 429, "SC429", NULL},
        {"GET /scenarios/1?cols[]=nope", NULL, 429, "SC429", NULL},
        {"GET /scenarios/99", NULL, 404, "SC404", NULL},
    };
    api_ok(*state, OWNER, "GET /scenarios/1", NULL);
    api_refuses(*state, OWNER, rows, COUNT(rows));
    api_refused(*state, TOKEN(3001), "DELETE /teams/1", NULL, 403, "SC403", NULL);
    api_refused(*state, api_bearer(*state, "openid user:read"), "GET /scenarios/1", NULL, 403,
                "SC403", NULL);
}

/* -- whoever is refused, a page may read why ----------------------------------------------------
 */

static void browsers_of_registered_origins_may_read_refusals(void **state)
{
    static const struct {
        const char *token, *call;
        int status;
    } rows[] = {
        {NULL, "GET /users/me", 401},
        {OWNER, "GET /scenarios/99", 404},
        {OWNER, "GET /nothing", 404},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct api_answer answer =
            api_send(*state, &(struct api_request){.token = rows[i].token,
                                                   .call = rows[i].call,
                                                   .headers = "Origin: http://localhost:3000\n"});
        assert_int_equal(answer.status, rows[i].status);
        assert_string_equal(api_header(&answer, "Access-Control-Allow-Origin"),
                            "http://localhost:3000");
        assert_non_null(strstr(api_header(&answer, "Vary"), "Origin"));
    }
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_path_or_method_that_is_none_is_told_before_a_token_is_asked_for, api_begin),
        TEST(a_malformed_path_is_told_before_a_token_is_asked_for, api_begin),
        TEST(without_a_token_nothing_else_is_looked_at, api_begin),
        TEST(without_the_scope_nothing_is_told_of_what_the_call_names, api_begin),
        TEST(without_the_scope_the_body_is_not_judged, api_begin),
        TEST(what_is_not_there_is_told_before_the_role_is_looked_at, with_monitor),
        TEST(without_the_role_nothing_is_told_of_the_rest, with_monitor),
        TEST(a_confirmation_is_asked_for_before_the_body_is_judged, api_begin),
        TEST(the_rate_is_judged_after_the_role_and_before_the_act, with_one_call),
        TEST(browsers_of_registered_origins_may_read_refusals, api_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
