/* What is read of an answer, and said of one that is of no use. */
#include "tests/unit/connection/world.h"

#define AT "'url':'https://x.example/'"

static void an_answer_is_read_as_its_type_says(void **state)
{
#define BY_STATUS "{'*':'json','200-208':'text','206':'xml'}"
    static const struct {
        const char *type;
        long status;
        const char *content, *body, *read;
    } rows[] = {
        {"'automatic'", 200, "application/json", "{\"a\":1}", "{\"a\":1}"},
        {"'automatic'", 200, "application/problem+json", "{\"a\":1}", "{\"a\":1}"},
        {"'automatic'", 200, "application/json", "\xEF\xBB\xBF{\"a\":1}", "{\"a\":1}"},
        {"'automatic'", 200, "application/x-www-form-urlencoded", "a=1", "{\"a\":\"1\"}"},
        {"'automatic'", 200, "text/xml; charset=utf-8", "<a>1</a>", "{\"a\":[\"1\"]}"},
        {"'automatic'", 200, "application/xml", "<a>1</a>", "{\"a\":[\"1\"]}"},
        {"'automatic'", 200, "text/plain", "{\"a\":1}", "\"{\\\"a\\\":1}\""},
        {"'json'", 200, "text/plain", "{\"a\":1}", "{\"a\":1}"},
        {"'urlencoded'", 200, "text/html", "a=1", "{\"a\":\"1\"}"},
        {"'text'", 200, "application/json", "{}", "\"{}\""},
        {"'string'", 200, "application/json", "{}", "\"{}\""},
        {"'binary'", 200, "application/json", "az", "\"617a\""},
        {"'automatic'", 200, "text/html", "a\xc3\xa4 \xe2", "\"a\xc3\xa4 \xef\xbf\xbd\""},
        {"'text'", 200, "", "\xe4 b", "\"\xef\xbf\xbd b\""},
        {"'automatic'", 200, "image/png", "\x89PNG", "\"89504e47\""},
        {BY_STATUS, 201, "text/plain", "<a/>", "\"<a/>\""},
        {BY_STATUS, 206, "text/plain", "<a/>", "{\"a\":[\"\"]}"},
        {BY_STATUS, 300, "text/plain", "{\"a\":1}", "{\"a\":1}"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct answer answer = {
            .status = rows[i].status, .type = rows[i].content, .body = rows[i].body};
        const char *connection = arena_printf(
            world->arena, "{'info':{" AT ",'response':{'type':%s,'temp':{'read':'{{body}}'}}}}",
            rows[i].type);
        assert_int_equal(run_step(world, STEP_INFO, connection, &answer), ENGINE_DONE);
        const struct iml_value read = iml_member(&world->engine.temp, "read");
        assert_string_equal(json_of(world->arena, &read), rows[i].read);
    }
}

static void an_answer_of_another_type_is_refused_unless_it_is_an_error_already(void **state)
{
    static const struct {
        const char *type, *says;
    } rows[] = {{"json", "the answer is no JSON; it begins with '%zz<'"},
                {"urlencoded", "the answer is no form; it begins with '%zz<'"},
                {"xml", "the answer is no XML; it begins with '%zz<'"}};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct answer fine = {.status = 200, .type = "", .body = "%zz<"};
        const struct answer error = {.status = 400, .type = "", .body = "%zz<"};
        const char *connection =
            arena_printf(world->arena, "{'info':{" AT ",'response':{'type':'%s'}}}", rows[i].type);
        assert_int_equal(run_step(world, STEP_INFO, connection, &fine), ENGINE_FAILED);
        assert_string_equal(world->failure.pointer, "/info/response/type");
        assert_string_equal(world->failure.name, "DataError");
        assert_string_equal(world->failure.why, rows[i].says);
        assert_int_equal(run_step(world, STEP_INFO, connection, &error), ENGINE_FAILED);
        assert_string_equal(world->failure.shown, "[400] \"%zz<\"");
    }
}

/* Behind a byte order mark as well: what begins as JSON may hold tokens. */
static void an_answer_that_begins_as_json_is_not_repeated(void **state)
{
    static const char *const bodies[] = {"{\"t\":\"hush", "\xEF\xBB\xBF{\"t\":\"hush"};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const struct answer answer = {.status = 200, .type = "application/json", .body = bodies[i]};
        assert_int_equal(run_step(world, STEP_INFO, "{'info':{" AT "}}", &answer), ENGINE_FAILED);
        assert_non_null(strstr(world->failure.why, "it goes wrong in line 1, column"));
    }
}

static void what_an_answer_lacks_is_told_beside_what_it_has(void **state)
{
    static const struct {
        const char *body, *says;
    } rows[] = {
        {"{\"error\":\"bad\",\"data\":{}}", "expected a number; the answer has 'error', 'data'"},
        {"[{\"n\":1}]", "expected a number; the answer is an array, and its first item body[1]"},
        {"{}", "expected a number; the answer is empty"},
        {"{\"n\":\"soon\"}", "argument 2 of addSeconds is 'soon'; expected a number"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct answer answer = {
            .status = 200, .type = "application/json", .body = rows[i].body};
        assert_int_equal(run_step(world, STEP_INFO,
                                  "{'info':{" AT ",'response':{'data':{'e':'{{addSeconds(now, "
                                  "body.n)}}'}}}}",
                                  &answer),
                         ENGINE_FAILED);
        assert_true(str_ends(world->failure.why, rows[i].says));
    }
}

static void a_page_of_html_is_told_by_its_text_and_shown_as_it_is(void **state)
{
    struct world *world = *state;
    const struct answer answer = {.status = 502,
                                  .type = "text/html; charset=utf-8",
                                  .body =
                                      "<html><head><title>x</title></head><h1>Bad\nGateway</h1>"};
    assert_int_equal(run_step(world, STEP_INFO, "{'info':{" AT "}}", &answer), ENGINE_FAILED);
    assert_non_null(strstr(world->failure.why, "answered 502: Bad Gateway; without"));
    assert_non_null(strstr(world->failure.shown, "[502] \"<html>"));
}

static void a_401_says_what_is_known_to_be_behind_it(void **state)
{
    static const struct {
        const char *connection, *challenge, *says;
    } rows[] = {
        {"{'info':{" AT ",'body':{'client_secret':'s'},'response':{'error':'x'}}}",
         "Basic realm=\"token\"", "the server asks for the secret by HTTP Basic"},
        {"{'info':{" AT "}}", NULL, "without response.error Make shows this alone"},
        {"{'info':{" AT ",'oauth':{'consumer_key':'k'}}}", "OAuth",
         "the request is signed by OAuth 1"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct answer answer = {.status = 401,
                                      .type = "text/plain",
                                      .body = "Unauthorized",
                                      .challenge = rows[i].challenge};
        assert_int_equal(run_step(world, STEP_INFO, rows[i].connection, &answer), ENGINE_FAILED);
        assert_non_null(strstr(world->failure.why, rows[i].says));
    }
}

#define STEADY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEADY(an_answer_is_read_as_its_type_says),
        STEADY(an_answer_of_another_type_is_refused_unless_it_is_an_error_already),
        STEADY(an_answer_that_begins_as_json_is_not_repeated),
        STEADY(what_an_answer_lacks_is_told_beside_what_it_has),
        STEADY(a_page_of_html_is_told_by_its_text_and_shown_as_it_is),
        STEADY(a_401_says_what_is_known_to_be_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
