/* A connection's steps: in which order, what is kept when, and how an answer is judged. */
#include "server/connection/secrets.h"
#include "tests/unit/connection/world.h"

#define AT "'url':'https://x.example/'"

static const struct answer token = {
    .status = 200,
    .type = "application/json",
    .body = "{\"access_token\":\"t-1\",\"refresh_token\":\"r-1\",\"expires_in\":60}"};

static const char *kept(const struct world *world)
{
    return json_of(world->arena, &world->engine.kept.data);
}

static void each_part_sees_what_stands_before_it_in_makes_order(void **state)
{
    struct world *world = *state;
    const char *connection =
        "{'token':{'condition':'{{parameters.host}}','temp':{'a':'1'},'url':'https://x.example/"
        "{{temp.a}}','qs':{'b':'{{temp.a}}2'},'headers':{'x-c':'{{temp.a}}3'},'body':{'d':'{{temp."
        "a}"
        "}4'},'response':{'temp':{'got':'{{body.access_token}}'},'data':{'token':'{{temp.got}}'},"
        "'expires':'{{addDays(now, 1)}}','uid':'{{temp.got}}-{{statusCode}}',"
        "'metadata':{'type':'text','value':'{{temp.a}}'},'scope':'one, two'}}}";
    assert_int_equal(run_step(world, STEP_TOKEN, connection, &token), ENGINE_DONE);
    assert_string_equal(world->asked[0].url, "https://x.example/1?b=12");
    assert_string_equal(json_of(world->arena, &world->asked[0].headers), "{\"x-c\":\"13\"}");
    assert_string_equal(world->asked[0].bytes, "{\"d\":\"14\"}");
    assert_string_equal(kept(world), "{\"token\":\"t-1\"}");
    assert_string_equal(json_of(world->arena, &world->engine.kept.expires),
                        "\"2026-01-02T00:00:00.000Z\"");
    assert_string_equal(json_of(world->arena, &world->engine.kept.uid), "\"t-1-200\"");
    assert_string_equal(json_of(world->arena, &world->engine.kept.metadata),
                        "{\"type\":\"text\",\"value\":\"1\"}");
    assert_string_equal(json_of(world->arena, &world->engine.kept.scope), "[\"one\",\"two\"]");
    assert_string_equal(json_of(world->arena, &world->engine.temp),
                        "{\"a\":\"1\",\"got\":\"t-1\"}");
}

static void a_false_condition_asks_nobody_and_its_default_stands_for_the_body(void **state)
{
    struct world *world = *state;
    assert_int_equal(run_step(world, STEP_TOKEN, "{'token':{'condition':false," AT "}}", &token),
                     ENGINE_SKIPPED);
    assert_int_equal(
        run_step(
            world, STEP_TOKEN,
            "{'token':{'condition':{'condition':'{{parameters.nothing}}','default':{'a':'b'}}," AT
            ",'response':{'data':{'c':'{{body.a}}'}}}}",
            &token),
        ENGINE_DONE);
    assert_int_equal(world->asked_count, 0);
    assert_string_equal(kept(world), "{\"c\":\"b\"}");
}

static void nothing_is_kept_of_a_directive_that_did_not_hold_to_its_end(void **state)
{
    struct world *world = *state;
    const char *connection =
        "{'token':{" AT ",'temp':{'a':'1'},'response':{'temp':{'b':'2'},'data':{"
        "'token':'{{body.access_token}}'},'uid':'{{body.access_token * 2}}'}}}";
    assert_int_equal(run_step(world, STEP_TOKEN, connection, &token), ENGINE_FAILED);
    assert_string_equal(world->failure.pointer, "/token/response/uid");
    assert_string_equal(kept(world), "{}");
    assert_string_equal(json_of(world->arena, &world->engine.temp), "{}");
}

static void an_array_of_requests_is_kept_as_a_whole_or_not_at_all(void **state)
{
    struct world *world = *state;
    const struct answer answers[] = {token, {.status = 400, .type = "text/plain", .body = "no"}};
    const struct answer good[] = {token, token};
    const char *connection =
        "{'token':[{" AT ",'response':{'data':{'a':'{{body.access_token}}'}}},{'url':'https://"
        "x.example/{{data.a}}','response':{'data':{'b':'{{body.refresh_token}}'}}}]}";
    assert_int_equal(run_step(world, STEP_TOKEN, connection, answers), ENGINE_FAILED);
    assert_string_equal(world->failure.pointer, "/token/1");
    assert_string_equal(world->asked[1].url, "https://x.example/t-1");
    assert_string_equal(kept(world), "{}");
    assert_int_equal(run_step(world, STEP_TOKEN, connection, good), ENGINE_DONE);
    assert_string_equal(kept(world), "{\"a\":\"t-1\",\"b\":\"r-1\"}");
}

static void data_is_merged_and_what_is_undefined_leaves_the_old_value(void **state)
{
    struct world *world = *state;
    const struct answer bare = {
        .status = 200, .type = "application/json", .body = "{\"access_token\":\"t-2\"}"};
    world->engine.kept.data =
        value_from(world->arena, "{'token':'t-1','refresh':'r-1','deep':{'a':1,'b':2}}");
    const char *connection =
        "{'refresh':{" AT ",'response':{'data':{'token':'{{body.access_token}}','refresh':'{{body."
        "refresh_token}}','deep':{'b':3}},'scope':['other']}}}";
    assert_int_equal(run_step(world, STEP_REFRESH, connection, &bare), ENGINE_DONE);
    assert_string_equal(kept(world),
                        "{\"token\":\"t-2\",\"refresh\":\"r-1\",\"deep\":{\"a\":1,\"b\":3}}");
    assert_string_equal(json_of(world->arena, &world->engine.kept.scope), "[]");
}

static void data_of_more_than_64_kib_is_refused(void **state)
{
    struct world *world = *state;
    struct str_buf body;
    str_buf_init(&body, world->arena);
    for (size_t i = 0; i < ENGINE_DATA_MAX; i++) {
        str_buf_put(&body, "x");
    }
    const struct answer answer = {.status = 200, .type = "text/plain", .body = str_buf_text(&body)};
    assert_int_equal(run_step(world, STEP_INFO,
                              "{'info':{" AT ",'response':{'data':{'a':'{{body}}'}}}}", &answer),
                     ENGINE_FAILED);
    assert_string_equal(world->failure.name, "OutOfSpaceError");
}

#define ERROR(error) "{'info':{" AT ",'response':{'error':" error "}}}"

static void a_status_from_400_on_is_the_kind_of_error_that_make_calls_it(void **state)
{
    static const struct {
        const char *connection;
        long status;
        const char *name, *shown;
    } rows[] = {
        {"{'info':{" AT "}}", 429, "RateLimitError", "[429] \"no\""},
        {"{'info':{" AT "}}", 500, "ConnectionError", "[500] \"no\""},
        {"{'info':{" AT "}}", 599, "ConnectionError", "[599] \"no\""},
        {"{'info':{" AT "}}", 400, "RuntimeError", "[400] \"no\""},
        {"{'info':{" AT "}}", 499, "RuntimeError", "[499] \"no\""},
        {ERROR("'it is {{body}}'"), 400, "RuntimeError", "[400] it is no"},
        {ERROR("{'message':'it','type':'DataError'}"), 400, "DataError", "[400] it"},
        {ERROR("{'message':'it','type':'DataError'}"), 429, "DataError", "[429] it"},
        {ERROR("{'message':'it','401':{'message':'in','type':'InvalidAccessTokenError'}}"), 401,
         "InvalidAccessTokenError", "[401] in"},
        {ERROR("{'message':'it','401':{'message':'in'}}"), 403, "RuntimeError", "[403] it"},
        {ERROR("{'400-499':{'message':'wide','type':'DataError'},'404':{'message':'one'},'*':{"
               "'message':'all'}}"),
         404, "RuntimeError", "[404] one"},
        {ERROR("{'*':{'message':'all'},'404':{'message':'one'},'400-499':{'message':'wide','type':"
               "'DataError'}}"),
         405, "DataError", "[405] wide"},
        {ERROR("{'*':{'message':'all'},'404':{'message':'one'}}"), 503, "ConnectionError",
         "[503] all"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct answer answer = {.status = rows[i].status, .type = "text/plain", .body = "no"};
        assert_int_equal(run_step(world, STEP_INFO, rows[i].connection, &answer), ENGINE_FAILED);
        assert_string_equal(world->failure.name, rows[i].name);
        assert_string_equal(world->failure.shown, rows[i].shown);
        assert_false(world->failure.is_unreachable);
    }
}

static void nobody_who_answers_is_an_error_of_the_connection(void **state)
{
    struct world *world = *state;
    const struct answer nobody = {.status = 0};
    assert_int_equal(run_step(world, STEP_INFO, "{'info':{" AT "}}", &nobody), ENGINE_FAILED);
    assert_true(world->failure.is_unreachable);
    assert_string_equal(world->failure.name, "ConnectionError");
}

static void what_valid_refuses_is_an_error_whatever_the_status(void **state)
{
    static const struct {
        const char *valid, *name, *shown;
    } rows[] = {
        {"'{{body.ok}}'", "RuntimeError", "Response marked as invalid."},
        {"{'condition':'{{body.ok}}','message':'not {{statusCode}}','type':'DataError'}",
         "DataError", "not 200"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *connection =
            arena_printf(world->arena, "{'info':{" AT ",'response':{'valid':%s}}}", rows[i].valid);
        assert_int_equal(run_step(world, STEP_INFO, connection, &token), ENGINE_FAILED);
        assert_string_equal(world->failure.pointer, "/info/response/valid");
        assert_string_equal(world->failure.name, rows[i].name);
        assert_string_equal(world->failure.shown, rows[i].shown);
    }
}

/* Make's documentation of response.type: "406": "xml" beats "400-408": "text", which beats "*". */
static void secrets_are_masked_by_habit_and_by_log_sanitize(void **state)
{
    struct world *world = *state;
    const char *connection =
        "{'token':{'url':'https://x.example/?client_secret=in-the-url','headers':{'Authorization':"
        "'Basic hush','x-plain':'seen'},'qs':{'api_key':'hush'},'body':{'client_secret':'{{common."
        "clientSecret}}','inner':{'password':'hush'},'mine':'hush'},'response':{'data':{'kept':'{{"
        "body.access_token}}'}},'log':{'sanitize':['request.body.MINE','response.body.expires_in']}"
        "}}";
    assert_int_equal(run_step(world, STEP_TOKEN, connection, &token), ENGINE_DONE);
    assert_string_equal(world->told[0], "{\"step\":\"token\",\"request\":{\"method\":\"GET\","
                                        "\"url\":\"https://x.example/\",\"headers\":"
                                        "{\"Authorization\":\"***\",\"x-plain\":\"seen\"},\"qs\":{"
                                        "\"api_key\":\"***\"},\"body\":{\"client_"
                                        "secret\":\"***\",\"inner\":{\"password\":\"***\"},"
                                        "\"mine\":\"***\"}},\"response\":{\"status\":200,"
                                        "\"headers\":{\"content-type\":\"application/"
                                        "json\",\"www-authenticate\":\"\"},\"body\":{\"access_"
                                        "token\":\"***\",\"refresh_token\":\"***\",\"expires_in\":"
                                        "\"***\"}},\"stored\":{\"data\":{\"kept\":"
                                        "\"***\"},\"scope\":[]}}");
    assert_string_equal(kept(world), "{\"kept\":\"t-1\"}");
}

/* A body that is sent or read as text holds the same names. */
static void a_code_that_is_a_number_is_an_errors_and_shown(void **state)
{
    struct world *world = *state;
    const struct answer answer = {.status = 200,
                                  .type = "application/json",
                                  .body = "{\"code\":17,\"inner\":{\"code\":\"hush\"}}"};
    assert_int_equal(run_step(world, STEP_INFO, "{'info':{" AT "}}", &answer), ENGINE_DONE);
    assert_non_null(strstr(world->told[0], "\"body\":{\"code\":17,\"inner\":{\"code\":\"***\"}}"));
}

static void nothing_is_stored_behind_invalidate(void **state)
{
    struct world *world = *state;
    const struct answer answer = {.status = 200, .type = "text/plain", .body = ""};
    assert_int_equal(run_step(world, STEP_INVALIDATE, "{'invalidate':{" AT "}}", &answer),
                     ENGINE_DONE);
    assert_null(strstr(world->told[0], "\"stored\""));
}

static void secrets_in_a_body_of_text_are_masked_as_well(void **state)
{
    static const char *const rows[][2] = {
        {"grant_type=code&code=c-1&client_secret=a%2Bb&scope=x",
         "grant_type=code&code=***&client_secret=***&scope=x"},
        {"client_secret=last", "client_secret=***"},
        {"{\"code\": 17, \"inner\": {\"code\": \"c-1\"}}",
         "{\"code\": 17, \"inner\": {\"code\": \"***\"}}"},
        {"code=17", "code=***"},
        {"{\"access_token\": \"t\\\"x\", \"n\": 1, 'secret':'q'}",
         "{\"access_token\": \"***\", \"n\": 1, 'secret':'***'}"},
        {"{\"token\":12,\"error\":\"none\"}", "{\"token\":***,\"error\":\"none\"}"},
        {"<r><password>p w</password><id_token/></r>",
         "<r><password>***</password><id_token/></r>"},
        {"Authorization: Bearer a.b c\r\nAccept: x", "Authorization: ***\r\nAccept: x"},
        {"API_KEY=one my_token=two token_type=three", "API_KEY=*** my_token=two token_type=three"},
        {"a token is missing, and the code too", "a token is missing, and the code too"},
        {"client_secret=&password=\"\"", "client_secret=&password=\"***\""},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(secrets_masked_text(world->arena, rows[i][0]), rows[i][1]);
    }
    const struct answer answer = {.status = 200, .type = "text/plain", .body = "access_token=hush"};
    assert_int_equal(run_step(world, STEP_TOKEN,
                              "{'token':{" AT ",'type':'raw','method':'POST','body':'client_secret="
                              "{{common.clientSecret}}'}}",
                              &answer),
                     ENGINE_DONE);
    assert_string_equal(world->asked[0].bytes, "client_secret=app-secret");
    assert_non_null(strstr(world->told[0], "\"body\":\"client_secret=***\""));
    assert_non_null(strstr(world->told[0], "\"body\":\"access_token=***\""));
}

static void a_callback_belongs_to_the_sign_in_whose_mark_it_has(void **state)
{
    struct world *world = *state;
    const char *url = NULL;
    const struct iml_value good = value_from(world->arena, "{'state':'s-1','code':'c-1'}");
    const struct iml_value bad = value_from(world->arena, "{'state':'s-2','code':'c-2'}");
    const struct iml_value none = value_from(world->arena, "{'code':'c-2'}");
    world->engine.connection = json_from("{'authorize':{'url':'https://x.example/"
                                         "?a=1','response':{'temp':{'code':'{{query.code}}'}}}}");
    assert_int_equal(engine_authorize(&world->engine, "s-1", &url, &world->failure), ENGINE_DONE);
    assert_string_equal(url, "https://x.example/?a=1&state=s-1");
    assert_int_equal(engine_return(&world->engine, &bad, "s-1", &world->failure), ENGINE_FAILED);
    assert_non_null(strstr(world->failure.why, "the callback has another state"));
    assert_int_equal(engine_return(&world->engine, &none, "s-1", &world->failure), ENGINE_FAILED);
    assert_non_null(strstr(world->failure.why, "the callback has no state"));
    assert_string_equal(json_of(world->arena, &world->engine.temp), "{}");
    assert_int_equal(engine_return(&world->engine, &good, "s-1", &world->failure), ENGINE_DONE);
    assert_string_equal(json_of(world->arena, &world->engine.temp), "{\"code\":\"c-1\"}");
}

#define STEADY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEADY(each_part_sees_what_stands_before_it_in_makes_order),
        STEADY(a_false_condition_asks_nobody_and_its_default_stands_for_the_body),
        STEADY(nothing_is_kept_of_a_directive_that_did_not_hold_to_its_end),
        STEADY(an_array_of_requests_is_kept_as_a_whole_or_not_at_all),
        STEADY(data_is_merged_and_what_is_undefined_leaves_the_old_value),
        STEADY(data_of_more_than_64_kib_is_refused),
        STEADY(a_status_from_400_on_is_the_kind_of_error_that_make_calls_it),
        STEADY(nobody_who_answers_is_an_error_of_the_connection),
        STEADY(what_valid_refuses_is_an_error_whatever_the_status),
        STEADY(secrets_are_masked_by_habit_and_by_log_sanitize),
        STEADY(a_code_that_is_a_number_is_an_errors_and_shown),
        STEADY(nothing_is_stored_behind_invalidate),
        STEADY(secrets_in_a_body_of_text_are_masked_as_well),
        STEADY(a_callback_belongs_to_the_sign_in_whose_mark_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
