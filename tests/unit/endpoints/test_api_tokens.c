/* Tokens at Make's API: which one is refused, and how its sender learns why. */
#include "tests/unit/endpoints/sign_in.h"

/* 401 in Make's shape; the challenge tells an error where a token came. */
static void is_401(struct api *api, const struct api_answer *answer, const char *what,
                   const char *says, const char *error)
{
    const char *challenge = api_header(answer, "WWW-Authenticate");
    api_is_refusal(api, answer, what, 401, "SC401", says);
    assert_string_equal(text_of(answer->json, "message"), "Unauthorized");
    assert_true(str_starts(challenge, "Bearer"));
    if (error == NULL) {
        assert_null(strstr(challenge, "error"));
    } else {
        assert_non_null(strstr(challenge, arena_printf(api->arena, "error=\"%s\"", error)));
    }
}

static void refused_401(struct api *api, const char *token, const char *says)
{
    const struct api_answer answer = api_call(api, token, "GET /users/me", NULL);
    is_401(api, &answer, token, says, "invalid_token");
}

static json_t *web_of(json_t *fixture)
{
    return json_array_get(json_object_get(fixture, "clients"), 0);
}

static void make_opaque(json_t *fixture)
{
    json_object_set_new(web_of(fixture), "access_token_format", json_string("opaque"));
}

static int with_opaque_tokens(void **state)
{
    return api_open(state, make_opaque);
}

static void a_call_without_a_token_learns_how_to_send_one(void **state)
{
#define HAS_NONE                                                                                   \
    "^the Authorization header has no token that is read here: use Authorization: Bearer"
    static const struct {
        const char *headers, *says;
    } rows[] = {
        {NULL, "^no token was sent: use Authorization: Bearer"},
        {"Authorization: \n", HAS_NONE},
        {"Authorization: Basic ZGVtbw==\n", HAS_NONE},
        {"Authorization: Bearer\n", HAS_NONE},
        {"Authorization: Token\n", HAS_NONE},
        {"Authorization: token=" OWNER "\n", HAS_NONE},
        {"Authorization: " OWNER "\n", HAS_NONE},
    };
#undef HAS_NONE
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct api_answer answer = api_send(
            *state, &(struct api_request){.call = "GET /users/me", .headers = rows[i].headers});
        is_401(*state, &answer, rows[i].headers == NULL ? "no header" : rows[i].headers,
               rows[i].says, NULL);
    }
}

static void a_token_that_is_none_of_this_server_is_refused(void **state)
{
    static const struct {
        const char *token, *says;
    } rows[] = {
        {"Bearer nonsense", "."},
        {"Bearer " OWNER, "."},
        {"Token nonsense", "the API token is none of this server"},
        {"Token " TOKEN(0009), "the API token is none of this server"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        refused_401(*state, rows[i].token, rows[i].says);
    }
}

static void a_token_works_until_it_expires(void **state)
{
    struct api *api = *state;
    const char *token = api_bearer(api, "openid user:read");
    api->world->tenant.clock.at += 299;
    const json_t *me = api_ok(api, token, "GET /users/me", NULL);
    assert_json(json_object_get(json_object_get(me, "authUser"), "id"), "1001");
    api->world->tenant.clock.at += 1;
    refused_401(api, token, "expired");
}

static void a_token_that_was_revoked_is_refused(void **state)
{
    struct api *api = *state;
    const char *token = text_of(api_sign_in(api, "openid profile email"), "access_token");
    assert_int_equal(api_call(api, bearer_of(api, token), "GET /users/me", NULL).status, 200);
    api_form(api, "/oauth/v2/revoke",
             arena_printf(api->arena, "client_id=demo-web&" WEB_SECRET "&token=%s", token));
    refused_401(api, bearer_of(api, token), "revoked");
}

/* RFC 7636 B's pair. */
#define MCP "client_id=demo-mcp&redirect_uri=http://localhost/callback"
#define CHALLENGE                                                                                  \
    "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define VERIFIER "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

static int status_at_mcp(struct api *api, const char *token)
{
    const char *request = arena_printf(api->arena,
                                       "POST /mcp HTTP/1.1\nHost: localhost\nAuthorization: "
                                       "Bearer %s\nContent-Type: application/json\n\n"
                                       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                                       token);
    return api_wire(api, request, strlen(request)).status;
}

/* An access token that demo-web gets for this resource. */
static const char *token_for(struct api *api, const char *resource)
{
    const char *ask = arena_printf(api->arena, WEB "&resource=%s", resource);
    return text_of(api_sign_in_with(api, ask, WEB "&" WEB_SECRET, "openid profile email"),
                   "access_token");
}

/* proves: SCP-07 */
static void a_token_for_another_resource_does_not_open_the_api(void **state)
{
    static const char *const resources[] = {"http://localhost:8080/api/v2",
                                            "http://localhost:8080"};
    struct api *api = *state;
    const json_t *told = api_sign_in_with(api, MCP CHALLENGE "&resource=http://localhost:8080/mcp",
                                          MCP VERIFIER, "openid profile email");
    refused_401(api, bearer_of(api, text_of(told, "access_token")), "meant for");
    for (size_t i = 0; i < COUNT(resources); i++) {
        const char *token = token_for(api, resources[i]);
        assert_int_equal(api_call(api, bearer_of(api, token), "GET /users/me", NULL).status, 200);
    }
    assert_int_equal(status_at_mcp(api, token_for(api, resources[0])), 401);
}

static void another_kind_of_token_is_refused(void **state)
{
    static const char *const others[] = {"refresh_token", "id_token"};
    const json_t *told = api_sign_in(*state, "openid offline_access user:read");
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_string_not_equal(text_of(told, others[i]), "");
        refused_401(*state, bearer_of(*state, text_of(told, others[i])), ".");
    }
}

static void grant_clients(json_t *fixture)
{
    json_object_set_new(fixture, "profile", json_string("standard"));
    json_object_set_new(web_of(fixture), "grant_types",
                        json_from("['authorization_code','client_credentials']"));
}

static int with_client_grants(void **state)
{
    return api_open(state, grant_clients);
}

static void a_clients_own_token_is_refused(void **state)
{
    const struct api_answer told =
        api_form(*state, "/oauth/v2/token",
                 "grant_type=client_credentials&client_id=demo-web&scope=user:read&" WEB_SECRET);
    refused_401(*state, bearer_of(*state, text_of(told.json, "access_token")), "the client's own");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
#define TEST_WITH(name, setup, of)                                                                 \
    {                                                                                              \
#name " " of, name, setup, api_end, NULL                                                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_without_a_token_learns_how_to_send_one),
        TEST(a_token_that_is_none_of_this_server_is_refused),
        TEST_WITH(a_token_works_until_it_expires, api_begin, "of a JWT"),
        TEST_WITH(a_token_works_until_it_expires, with_opaque_tokens, "of an opaque one"),
        TEST_WITH(a_token_that_was_revoked_is_refused, api_begin, "of a JWT"),
        TEST_WITH(a_token_that_was_revoked_is_refused, with_opaque_tokens, "of an opaque one"),
        TEST(a_token_for_another_resource_does_not_open_the_api),
        TEST(another_kind_of_token_is_refused),
        TEST_WITH(a_clients_own_token_is_refused, with_client_grants, "in the standard profile"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
