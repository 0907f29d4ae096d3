/* The request that a directive comes to. */
#include "tests/unit/connection/world.h"

static const struct answer fine = {.status = 200, .type = "application/json", .body = "{}"};

static const struct outgoing *sent(struct world *world, const char *directive)
{
    const char *connection = arena_printf(world->arena, "{'info':%s}", directive);
    assert_int_equal(run_step(world, STEP_INFO, connection, &fine), ENGINE_DONE);
    return &world->asked[0];
}

static void a_url_is_encoded_where_it_has_to_be_and_nowhere_else(void **state)
{
    static const char *const rows[][2] = {
        {"https://x.example/a b?q=\u010d\u00ed&r=<{1}>",
         "https://x.example/a%20b?q=%C4%8D%C3%AD&r=%3C%7B1%7D%3E"},
        {"https://x.example/a%20b%2fc?d=%41", "https://x.example/a%20b%2fc?d=%41"},
        {"https://x.example/100%/%zz", "https://x.example/100%25/%25zz"},
        {"https://x.example/~a-b_c.(d)!*;:@&=+$,/?#[]",
         "https://x.example/~a-b_c.(d)!*;:@&=+$,/?#[]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *directive =
            arena_printf(((struct world *)*state)->arena, "{'url':'%s'}", rows[i][0]);
        assert_string_equal(sent(*state, directive)->url, rows[i][1]);
    }
}

static void a_url_stays_as_it_is_where_encode_url_is_false(void **state)
{
    struct world *world = *state;
    assert_string_equal(sent(world, "{'url':'https://x.example/100%/%zz','encodeUrl':false}")->url,
                        "https://x.example/100%/%zz");
    assert_int_equal(run_step(world, STEP_INFO,
                              "{'info':{'url':'https://x.example/a b','encodeUrl':false}}", &fine),
                     ENGINE_FAILED);
    assert_string_equal(world->failure.pointer, "/info/url");
    assert_non_null(strstr(world->failure.why, "at character 20, and encodeUrl is false"));
    assert_int_equal(world->asked_count, 0);
}

static void the_query_is_encoded_whatever_encode_url_says(void **state)
{
    const char *directive =
        "{'url':'https://x.example/?a=%zz','encodeUrl':false,'qs':{'b':'x y','c':['1','2']}}";
    assert_string_equal(sent(*state, directive)->url, "https://x.example/?a=%zz&b=x%20y&c=1&c=2");
}

static void redirects_are_followed_by_get_and_by_others_as_each_is_told(void **state)
{
    static const struct {
        const char *directive;
        bool follows;
    } rows[] = {
        {"{'url':'https://x.example/'}", true},
        {"{'url':'https://x.example/','followRedirects':false}", false},
        {"{'url':'https://x.example/','followAllRedirects':false}", true},
        {"{'url':'https://x.example/','method':'POST'}", true},
        {"{'url':'https://x.example/','method':'POST','followAllRedirects':false}", false},
        {"{'url':'https://x.example/','method':'POST','followRedirects':false}", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(sent(*state, rows[i].directive)->follows_redirects, rows[i].follows);
    }
}

static void what_stands_beside_the_url_has_makes_defaults(void **state)
{
    const struct outgoing *plain = sent(*state, "{'url':'https://x.example/'}");
    assert_string_equal(plain->method, "GET");
    assert_string_equal(plain->type, "json");
    assert_int_equal(plain->timeout, 40000);
    assert_false(plain->is_compressed);
    assert_null(plain->ca);
    assert_null(plain->bytes);
    const struct outgoing *said =
        sent(*state, "{'url':'https://x.example/','timeout':400000,'gzip':true,'ca':'PEM'}");
    assert_int_equal(said->timeout, 300000);
    assert_true(said->is_compressed);
    assert_string_equal(said->ca, "PEM");
}

static void a_timeout_is_a_number_of_milliseconds_also_in_a_text(void **state)
{
    struct world *world = *state;
    const char *said = "{'url':'https://x.example/','timeout':'{{17 + 3}}00'}";
    assert_int_equal(sent(*state, said)->timeout, 2000);
    static const char *const wrong[] = {"-5", "0", "'soon'", "'{{-1}}'", "true"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const char *connection = arena_printf(
            world->arena, "{'info':{'url':'https://x.example/','timeout':%s}}", wrong[i]);
        assert_int_equal(run_step(world, STEP_INFO, connection, &fine), ENGINE_FAILED);
        assert_string_equal(world->failure.pointer, "/info/timeout");
        assert_non_null(strstr(world->failure.why, "expected one of 1 to 300000"));
        assert_int_equal(world->asked_count, 0);
    }
}

static void a_name_in_multipart_stays_in_its_line(void **state)
{
    const struct outgoing *body =
        sent(*state, "{'url':'https://x.example/','method':'POST','type':'multipart/form-data',"
                     "'body':{'a\\u0022\\r\\nx: y':'b'}}");
    assert_non_null(strstr(body->bytes, "form-data; name=\"a%22%0D%0Ax: y\"\r\n\r\nb\r\n"));
}

static void a_type_that_is_none_is_refused(void **state)
{
    struct world *world = *state;
    const char *connection = "{'info':{'url':'https://x.example/','type':'{{parameters.host}}'}}";
    assert_int_equal(run_step(world, STEP_INFO, connection, &fine), ENGINE_FAILED);
    assert_string_equal(world->failure.pointer, "/info/type");
    assert_non_null(strstr(world->failure.why, "there is no type 'h'; expected json, urlencoded"));
    assert_int_equal(world->asked_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_url_is_encoded_where_it_has_to_be_and_nowhere_else, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_timeout_is_a_number_of_milliseconds_also_in_a_text, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_url_stays_as_it_is_where_encode_url_is_false, begin, end),
        cmocka_unit_test_setup_teardown(the_query_is_encoded_whatever_encode_url_says, begin, end),
        cmocka_unit_test_setup_teardown(redirects_are_followed_by_get_and_by_others_as_each_is_told,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_stands_beside_the_url_has_makes_defaults, begin, end),
        cmocka_unit_test_setup_teardown(a_name_in_multipart_stays_in_its_line, begin, end),
        cmocka_unit_test_setup_teardown(a_type_that_is_none_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
