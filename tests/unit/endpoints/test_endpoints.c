/* Handlers without a socket: a request goes in, an answer comes out. */
#include "tests/unit/oauth/world.h"

#include "server/endpoints/endpoints.h"
#include "server/endpoints/handlers.h"

struct exchange {
    struct response response;
    char body[32768];
};

static struct exchange send(struct world *world, enum method method, const char *path,
                            const char *query, const char *content_type, const char *body)
{
    struct exchange exchange = {.response = {.arena = world->arena}};
    const struct header headers[] = {{"Host", "localhost"}, {"Content-Type", content_type}};
    const struct request request = {
        .arena = world->arena,
        .method = method,
        .path = path,
        .query = query,
        .headers = headers,
        .header_count = content_type != NULL ? 2 : 1,
        .body = body,
        .body_size = body != NULL ? strlen(body) : 0,
    };
    struct make *make = make_new(NULL, NULL);
    struct endpoints *endpoints = endpoints_new(&world->tenant, make);
    assert_non_null(endpoints);
    endpoints_handle(endpoints, &request, &exchange.response);
    endpoints_finish(endpoints, &request, &exchange.response);
    assert_true(exchange.response.body_size < sizeof(exchange.body));
    if (exchange.response.body_size > 0) {
        memcpy(exchange.body, exchange.response.body, exchange.response.body_size);
    }
    endpoints_free(endpoints);
    make_free(make);
    return exchange;
}

#define FORM "application/x-www-form-urlencoded"

static void an_unknown_path_is_not_found_and_says_where_to_look(void **state)
{
    struct exchange got = send(*state, METHOD_GET, "/nowhere", NULL, NULL, NULL);
    assert_int_equal(got.response.status, 404);
    assert_non_null(strstr(got.body, "/.well-known/openid-configuration"));
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    struct exchange got = send(*state, METHOD_GET, PATH_TOKEN, NULL, NULL, NULL);
    assert_int_equal(got.response.status, 405);
    assert_string_equal(response_get(&got.response, "Allow"), "POST, OPTIONS");
}

static void every_answer_carries_the_tenants_date_and_nosniff(void **state)
{
    struct exchange got = send(*state, METHOD_GET, "/nowhere", NULL, NULL, NULL);
    assert_string_equal(response_get(&got.response, "Date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_string_equal(response_get(&got.response, "X-Content-Type-Options"), "nosniff");
}

static void a_token_request_that_is_no_form_is_refused(void **state)
{
    struct exchange got = send(*state, METHOD_POST, PATH_TOKEN, NULL, "application/json", "{}");
    assert_int_equal(got.response.status, 400);
    assert_non_null(strstr(got.body, "\"invalid_request\""));
    assert_string_equal(response_get(&got.response, "Cache-Control"), "no-store");
}

static void a_code_goes_back_to_the_registered_uri(void **state)
{
    struct exchange got =
        send(*state, METHOD_GET, PATH_AUTHORIZE,
             "response_type=code&client_id=web&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb"
             "&scope=profile&state=a%20b",
             NULL, NULL);
    const char *location = response_get(&got.response, "Location");
    assert_int_equal(got.response.status, 302);
    assert_true(str_starts(location, "http://localhost:3000/cb?code="));
    assert_true(str_ends(location, "&state=a%20b&iss=http%3A%2F%2Flocalhost%3A8080"));
}

static void the_same_request_by_post_is_answered_with_303(void **state)
{
    struct exchange got =
        send(*state, METHOD_POST, PATH_AUTHORIZE, NULL, FORM,
             "response_type=code&client_id=web&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb"
             "&scope=profile");
    assert_int_equal(got.response.status, 303);
}

static void an_untrusted_redirect_uri_is_shown_and_not_followed(void **state)
{
    struct exchange got = send(*state, METHOD_GET, PATH_AUTHORIZE,
                               "response_type=code&client_id=web&redirect_uri=http%3A%2F%2Fevil"
                               "&scope=profile",
                               NULL, NULL);
    assert_int_equal(got.response.status, 400);
    assert_null(response_get(&got.response, "Location"));
    assert_string_equal(response_get(&got.response, "X-Frame-Options"), "DENY");
}

static void terse_mode_keeps_the_reason_to_the_log(void **state)
{
    struct world *world = *state;
    world->tenant.explain = EXPLAIN_TERSE;
    struct exchange got =
        send(world, METHOD_POST, PATH_TOKEN, NULL, FORM,
             "grant_type=authorization_code&client_id=web&client_secret=web-secret&code=x");
    assert_string_equal(got.body, "{\"error\":\"invalid_grant\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(an_unknown_path_is_not_found_and_says_where_to_look),
        WORLD_TEST(a_wrong_method_is_told_the_right_ones),
        WORLD_TEST(every_answer_carries_the_tenants_date_and_nosniff),
        WORLD_TEST(a_token_request_that_is_no_form_is_refused),
        WORLD_TEST(a_code_goes_back_to_the_registered_uri),
        WORLD_TEST(the_same_request_by_post_is_answered_with_303),
        WORLD_TEST(an_untrusted_redirect_uri_is_shown_and_not_followed),
        WORLD_TEST(terse_mode_keeps_the_reason_to_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
