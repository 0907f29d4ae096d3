/* Handlers without a socket: a request goes in, an answer comes out. */
#include "tests/unit/oauth/world.h"

#include "server/endpoints/endpoints.h"
#include "server/endpoints/handlers.h"

struct answer {
    struct response response;
    char body[32768];
};

static struct answer send_judged(struct world *world, enum method method, const char *path,
                                 const char *query, const char *content_type, const char *body,
                                 struct refusal refusal)
{
    struct answer answer = {0};
    const struct header headers[] = {{"Host", "localhost"}, {"Content-Type", content_type}};
    struct exchange exchange = {
        .request = {.arena = world->arena,
                    .method = method,
                    .path = path,
                    .query = query,
                    .headers = headers,
                    .header_count = content_type != NULL ? 2 : 1,
                    .body = body,
                    .body_size = body != NULL ? strlen(body) : 0},
        .refusal = refusal,
        .response = {.arena = world->arena},
    };
    const char *issuer = world->tenant.issuer;
    struct catalogue *catalogue = catalogue_new();
    struct make *make = make_new(catalogue, NULL, NULL);
    struct endpoints *endpoints = endpoints_new(&(struct endpoints_options){
        .issuer = world->tenant.issuer, .tenant = &world->tenant, .make = make});
    assert_non_null(endpoints);
    endpoints_hooks.open(endpoints, &exchange);
    endpoints_hooks.answer(endpoints, &exchange);
    endpoints_hooks.close(endpoints, &exchange);
    answer.response = exchange.response;
    assert_true(answer.response.body_size < sizeof(answer.body));
    if (answer.response.body_size > 0) {
        memcpy(answer.body, answer.response.body, answer.response.body_size);
    }
    endpoints_free(endpoints);
    world->tenant.issuer = issuer; /* the endpoints named it by a text of theirs */
    make_free(make);
    catalogue_free(catalogue);
    return answer;
}

static struct answer send(struct world *world, enum method method, const char *path,
                          const char *query, const char *content_type, const char *body)
{
    return send_judged(world, method, path, query, content_type, body, (struct refusal){0});
}

#define FORM "application/x-www-form-urlencoded"

static void an_unknown_path_is_not_found_and_says_where_to_look(void **state)
{
    struct answer got = send(*state, METHOD_GET, "/nowhere", NULL, NULL, NULL);
    assert_int_equal(got.response.status, 404);
    assert_non_null(strstr(got.body, "/.well-known/openid-configuration"));
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    struct answer got = send(*state, METHOD_GET, PATH_TOKEN, NULL, NULL, NULL);
    assert_int_equal(got.response.status, 405);
    assert_string_equal(response_get(&got.response, "Allow"), "POST, OPTIONS");
}

static void every_answer_carries_the_tenants_date_and_nosniff(void **state)
{
    struct answer got = send(*state, METHOD_GET, "/nowhere", NULL, NULL, NULL);
    assert_string_equal(response_get(&got.response, "Date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_string_equal(response_get(&got.response, "X-Content-Type-Options"), "nosniff");
}

static void a_token_request_that_is_no_form_is_refused(void **state)
{
    struct answer got = send(*state, METHOD_POST, PATH_TOKEN, NULL, "application/json", "{}");
    assert_int_equal(got.response.status, 400);
    assert_non_null(strstr(got.body, "\"invalid_request\""));
    assert_string_equal(response_get(&got.response, "Cache-Control"), "no-store");
}

static void a_code_goes_back_to_the_registered_uri(void **state)
{
    struct answer got =
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
    struct answer got =
        send(*state, METHOD_POST, PATH_AUTHORIZE, NULL, FORM,
             "response_type=code&client_id=web&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb"
             "&scope=profile");
    assert_int_equal(got.response.status, 303);
}

static void an_untrusted_redirect_uri_is_shown_and_not_followed(void **state)
{
    struct answer got = send(*state, METHOD_GET, PATH_AUTHORIZE,
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
    struct answer got =
        send(world, METHOD_POST, PATH_TOKEN, NULL, FORM,
             "grant_type=authorization_code&client_id=web&client_secret=web-secret&code=x");
    assert_string_equal(got.body, "{\"error\":\"invalid_grant\"}");
}

/* Each route says no in its own way, whoever it is that says it. */
static void a_refusal_of_the_gate_is_said_in_the_dialect_of_the_route(void **state)
{
    const struct refusal refusal = {.status = 421, .reason = "Host 'x' is not served here"};
    struct answer got =
        send_judged(*state, METHOD_POST, PATH_TOKEN, NULL, FORM, "grant_type=x", refusal);
    assert_int_equal(got.response.status, 421);
    assert_string_equal(got.body, "{\"error\":\"invalid_request\",\"error_description\":"
                                  "\"Host 'x' is not served here\"}");
    assert_string_equal(response_get(&got.response, "Cache-Control"), "no-store");
    got = send_judged(*state, METHOD_GET, PATH_USERINFO, NULL, NULL, NULL, refusal);
    assert_int_equal(got.response.status, 421);
    assert_null(response_get(&got.response, "WWW-Authenticate"));
    got = send_judged(*state, METHOD_GET, "/api/v2/users/me", NULL, NULL, NULL, refusal);
    assert_int_equal(got.response.status, 421);
    assert_non_null(strstr(got.body, "\"detail\":\"Host 'x' is not served here\""));
    assert_non_null(strstr(got.body, "\"code\":\"SC421\""));
    got = send_judged(*state, METHOD_GET, PATH_AUTHORIZE, NULL, NULL, NULL, refusal);
    assert_int_equal(got.response.status, 421);
    assert_true(str_starts(response_get(&got.response, "Content-Type"), "text/html"));
    got = send_judged(*state, METHOD_GET, "/nowhere", NULL, NULL, NULL, refusal);
    assert_int_equal(got.response.status, 421);
    assert_true(str_starts(got.body, "{\"error\":\"invalid_request\""));
}

static void a_request_for_the_server_itself_is_told_the_methods(void **state)
{
    struct answer got = send(*state, METHOD_OPTIONS, "*", NULL, NULL, NULL);
    assert_int_equal(got.response.status, 204);
    assert_string_equal(response_get(&got.response, "Allow"), "GET, HEAD, POST, OPTIONS");
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
        WORLD_TEST(a_refusal_of_the_gate_is_said_in_the_dialect_of_the_route),
        WORLD_TEST(a_request_for_the_server_itself_is_told_the_methods),
        WORLD_TEST(terse_mode_keeps_the_reason_to_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
