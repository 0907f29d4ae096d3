/* Secrets are not shown, wherever a provider or a connection puts them. */
#include "server/connection/known.h"
#include "tests/unit/connection/world.h"

#define URL "'url':'https://x.example/t'"

static void assert_shows(const struct world *world, const char *secret, const char *instead)
{
    const char *told = world->told[world->told_count - 1];
    assert_null(strstr(told, secret));
    assert_non_null(strstr(told, instead));
}

static void a_secret_that_an_error_repeats_is_masked_in_all_that_is_told_of_it(void **state)
{
    static const struct answer rows[] = {
        {.status = 401, .type = "text/plain", .body = "no: app-secret is wrong"},
        {.status = 401,
         .type = "application/json",
         .body = "{\"note\":\"no: app-secret is wrong\"}"},
        {.status = 401,
         .type = "text/plain",
         .body = "no",
         .challenge = "X y=\"app-secret is wrong\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world *world = *state;
        world->asked_count = world->told_count = 0;
        assert_int_equal(run_step(world, STEP_TOKEN, "{'token':{" URL "}}", &rows[i]),
                         ENGINE_FAILED);
        assert_shows(world, "app-secret", "*** is wrong");
        assert_null(strstr(world->failure.why, "app-secret"));
        assert_null(strstr(world->failure.shown, "app-secret"));
    }
}

static void a_secret_of_the_answer_is_masked_where_the_failure_shows_the_body(void **state)
{
    static const struct answer rows[] = {
        {.status = 400, .type = "application/json", .body = "{\"a\":{\"client_secret\":\"hush\"}}"},
        {.status = 400, .type = "text/plain", .body = "client_secret=hush&a=b"},
        {.status = 200, .type = "application/x-www-form-urlencoded", .body = "token=hush&a=%zz"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world *world = *state;
        world->asked_count = world->told_count = 0;
        assert_int_equal(run_step(world, STEP_TOKEN, "{'token':{" URL "}}", &rows[i]),
                         ENGINE_FAILED);
        assert_null(strstr(world->failure.why, "hush"));
        assert_null(strstr(world->failure.shown, "hush"));
    }
}

static void a_secret_stays_one_by_another_name(void **state)
{
    struct world *world = *state;
    static const struct answer answer = {.status = 200, .type = "text/plain", .body = "fine"};
    const char *connection =
        "{'token':{'temp':{'x':'{{common.clientSecret}}'},'url':'https://x.example/{{temp.x}}/t',"
        "'headers':{'x-y':'a {{temp.x}} b'},'body':{'q':['{{temp.x}}']}}}";
    assert_int_equal(run_step(world, STEP_TOKEN, connection, &answer), ENGINE_DONE);
    assert_shows(world, "app-secret", "\"url\":\"https://x.example/***/t\"");
    assert_shows(world, "app-secret", "\"x-y\":\"a *** b\"");
    assert_shows(world, "app-secret", "\"q\":[\"***\"]");
}

static void what_is_kept_of_a_secret_by_another_name_is_masked_in_a_later_run(void **state)
{
    struct world *world = *state;
    static const struct answer answer = {
        .status = 500, .type = "text/plain", .body = "t-kept-kept?"};
    world->engine.kept.data = value_from(world->arena, "{'mine':'t-kept-kept'}");
    const char *connection =
        "{'token':{" URL ",'response':{'data':{'mine':'{{body.access_token}}'}}},"
        "'info':{" URL ",'qs':{'key':'{{data.mine}}'}}}";
    assert_int_equal(run_step(world, STEP_INFO, connection, &answer), ENGINE_FAILED);
    assert_shows(world, "t-kept-kept", "\"key\":\"***\"");
    assert_null(strstr(world->failure.why, "t-kept-kept"));
}

/* A kind of error is what a person has to read. */
static void the_code_of_an_error_is_no_secret(void **state)
{
    struct world *world = *state;
    static const struct answer answer = {
        .status = 400,
        .type = "application/json",
        .body = "{\"code\":\"invalid_grant\",\"says\":\"invalid_grant: the code is spent\"}"};
    assert_int_equal(run_step(world, STEP_TOKEN, "{'token':{" URL "}}", &answer), ENGINE_FAILED);
    assert_non_null(strstr(world->failure.why, "invalid_grant: the code is spent"));
}

static void what_an_error_says_of_a_secret_is_none(void **state)
{
    struct world *world = *state;
    static const struct answer answer = {
        .status = 422,
        .type = "application/json",
        .body = "{\"errors\":{\"password\":\"required\",\"client_secret\":[\"is too short\"]},"
                "\"says\":\"a password is required: client_secret is too short\"}"};
    assert_int_equal(run_step(world, STEP_TOKEN, "{'token':{" URL "}}", &answer), ENGINE_FAILED);
    assert_non_null(strstr(world->failure.why, "a password is required: client_secret is too"));
}

static void of_two_secrets_the_one_that_holds_the_other_is_masked_whole(void **state)
{
    struct world *world = *state;
    struct known known = {.count = 0};
    const struct iml_value value =
        value_from(world->arena, "{'token':'part-one','secret':['part-one-and-two','a b/c&d e'],"
                                 "'Authorization':'Bearer t-123456789','password':'short'}");
    known_learn(&known, world->arena, &value, KNOWN_FROM_US);
    assert_string_equal(known_hide(&known, world->arena,
                                   "<part-one-and-two part-one a%20b%2Fc%26d%20e t-123456789 "
                                   "short part-one Bearer%20t-123456789>"),
                        "<*** *** *** *** short *** ***>");
}

#define STEADY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEADY(a_secret_that_an_error_repeats_is_masked_in_all_that_is_told_of_it),
        STEADY(a_secret_of_the_answer_is_masked_where_the_failure_shows_the_body),
        STEADY(a_secret_stays_one_by_another_name),
        STEADY(what_is_kept_of_a_secret_by_another_name_is_masked_in_a_later_run),
        STEADY(the_code_of_an_error_is_no_secret),
        STEADY(what_an_error_says_of_a_secret_is_none),
        STEADY(of_two_secrets_the_one_that_holds_the_other_is_masked_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
