/* Custom functions in Make's API: their arguments, what is wrong with their code, and what it was.
 */
#include "tests/unit/endpoints/people.h"

/* With {"code": ...} and what else is given, written with ' in the place of ". */
static json_t *send_code(struct api *api, const char *call, const char *more, const char *code)
{
    json_auto_t *body = json_from(more);
    json_object_set_new(body, "code", json_string(code));
    const struct api_answer answer =
        api_raw(api, OWNER, call, "application/json", json_word(api->arena, body));
    if (answer.status != 200) {
        fail_msg("%s: %s", code, api_shown(api, &answer));
    }
    return answer.json;
}

static void args_are(const json_t *json, const char *member, const char *code, const char *args)
{
    const char *found = text_of(json_object_get(json, member), "args");
    if (!str_equal(found, args)) {
        fail_msg("%s: expected %s; got %s", code, args, found);
    }
}

#define SHOUT "/sdk/apps/example-shop/1/functions/shout"

static void check_arguments(struct api *api, const char *code, const char *args)
{
    static const char type[] = "application/javascript";
    const char *both = arena_printf(api->arena, "['%s','%s']", args, args);
    args_are(send_code(api, "POST /functions", "{'name':'f','teamId':1}", code), "function", code,
             args);
    args_are(send_code(api, "PATCH /functions/1", "{}", code), "function", code, args);
    json_t *listed = api_ok(api, OWNER, "GET /functions?teamId=1&cols[]=args", NULL);
    json_auto_t *found = json_at(listed, "/functions/*/args");
    assert_json(found, both);
    api_raw(api, OWNER, "PUT " SHOUT "/code", type, code);
    args_are(api_ok(api, OWNER, "GET " SHOUT, NULL), "appFunction", code, args);
    api_raw(api, OWNER, "PUT " SHOUT "/test", type, "function g(z) {}");
    args_are(api_ok(api, OWNER, "GET " SHOUT, NULL), "appFunction", code, args);
}

static void a_function_has_the_arguments_of_its_code(void **state)
{
    static const struct {
        const char *code, *args;
    } rows[] = {
        {"function f(a, b) { return a; }", "(a, b)"},
        {"function f(a,b){}", "(a, b)"},
        {"function  f (\n  a,\n  b = (1 + 2)\n) {}", "(a, b = (1 + 2))"},
        {"function f() {}", "()"},
        {"// code\nfunction f( x ) {}", "(x)"},
        {"const f = (a) => a;", "()"},
        {"myfunction f(a) {}", "()"},
        {"function f(a, b", "(a, b)"},
        {"function f({a, b}, ...c) {}", "({a, b}, ...c)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_arguments(world_with(state, NULL), rows[i].code, rows[i].args);
    }
}

static void eval_says(struct api *api, const char *code, bool success, const char *error)
{
    json_auto_t *expected = json_pack("{s:b, s:s?}", "success", success, "error", error);
    json_t *said = send_code(api, "POST /functions/eval?teamId=1", "{}", code);
    if (!json_equal(said, expected)) {
        fail_msg("%s: expected %s; got %s", code, error == NULL ? "no error" : error,
                 json_word(api->arena, said));
    }
}

static void code_that_closes_is_right(void **state)
{
    static const char *const rows[] = {
        "function f(a) { return a; }",
        "function f(a) { return \"}\" + '{' + `(\n[`; } // ]",
        "function f(a) { /* ( */ return a.replace(/[({\"]/g, ''); }",
        "function f(a) { return 4 / 2 / 1; }",
        "function f(a) { return 'it\\'s'; }",
        "function f(a) { return /[{]/.test(a); }",
    };
    struct api *api = world_with(state, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        eval_says(api, rows[i], true, NULL);
    }
}

static void code_that_cannot_run_is_told(void **state)
{
    static const struct {
        const char *code, *error;
    } rows[] = {
        {"function f(a) {", "SyntaxError: '{' does not close"},
        {"function f(a { return [1; }", "SyntaxError: unexpected '}'"},
        {"function f(a) { return a; }}", "SyntaxError: unexpected '}'"},
        {"function f(a) { return 'a; }", "SyntaxError: ' does not close"},
        {"function f(a) { return \"a\n\"; }", "SyntaxError: \" does not close"},
        {"function f(a) { return `a; }", "SyntaxError: ` does not close"},
        {"function f(a) {} /* end", "SyntaxError: a comment does not close"},
        {"1 + 1", "TypeError: there is no function with a name"},
        {"", "TypeError: there is no function with a name"},
        {"function (a) {}", "TypeError: there is no function with a name"},
        {"function f() { return /a; }", "SyntaxError: / does not close"},
        {"function f() { return = /a; }", "SyntaxError: / does not close"},
        {"function f() { return '\\", "SyntaxError: ' does not close"},
    };
    char brackets[301];
    struct api *api = world_with(state, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        eval_says(api, rows[i].code, false, rows[i].error);
    }
    memset(brackets, '(', sizeof(brackets));
    brackets[sizeof(brackets) - 1] = '\0';
    eval_says(api, brackets, false, "SyntaxError: too many brackets inside each other");
}

static void code_to_be_checked_is_a_text(void **state)
{
    static const struct step steps[] = {
        {"POST /functions/eval?teamId=1", "{}", 400, "IM005",
         .says = "^code: is missing or no text"},
        {"POST /functions/eval?teamId=1", "{'code':1}", 400, "IM005",
         .says = "^code: is missing or no text"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_function_tells_what_its_code_was(void **state)
{
    static const struct step made[] = {
        {"POST /functions", "{'name':'f','code':'function f() {}','teamId':1}",
         .at = "/function/id", .is = "2"},
        {"GET /functions/2/history?teamId=1", .at = "/functionHistory", .is = "[]"},
    };
    static const struct step changed[] = {
        {"PATCH /functions/2", "{'code':'function f(a) {}'}", .status = 200},
    };
    static const struct step again[] = {
        {"PATCH /functions/2", "{'code':'function f(b) {}'}", .status = 200},
        {"PATCH /functions/2", "{'description':'changed'}", .status = 200},
        {"PATCH /functions/2", "{'code':'function f(b) {}'}", .status = 200},
        {"GET /functions/2/history?teamId=1", .at = "/functionHistory",
         .is = "[{'id':3,'previousCode':'function f(a) "
               "{}','updatedAt':'2026-01-01T00:02:00Z','updatedBy':'Olivia "
               "Owner'},{'id':2,'previousCode':'function f() "
               "{}','updatedAt':'2026-01-01T00:01:00Z','updatedBy':'Olivia Owner'}]"},
        {"GET /functions/1/history?teamId=1", .at = "/functionHistory/*/updatedAt",
         .is = "['2026-01-01T00:00:00Z']"},
        {"DELETE /functions/2", .status = 200},
        {"GET /functions/2/history?teamId=1", NULL, 404, .code = "SC404"},
    };
    struct api *api = world_with(state, NULL);
    steps_run(api, made, COUNT(made));
    api->world->tenant.clock.at += 60;
    steps_run(api, changed, COUNT(changed));
    api->world->tenant.clock.at += 60;
    steps_run(api, again, COUNT(again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(a_function_has_the_arguments_of_its_code),
        PEOPLE_TEST(code_that_closes_is_right),
        PEOPLE_TEST(code_that_cannot_run_is_told),
        PEOPLE_TEST(code_to_be_checked_is_a_text),
        PEOPLE_TEST(a_function_tells_what_its_code_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
