#include "tests/unit/oauth/world.h"

#include "server/oauth/secret.h"
#include "server/store/api_tokens.h"
#include "server/store/tokens.h"
#include "server/tenant/fingerprint.h"
#include "server/tenant/subject.h"
#include "tests/unit/tenant/given.h"

static const char *shown(struct arena *arena, const struct subject *subject, const char *member)
{
    json_auto_t *object = subject_json(arena, subject);
    const json_t *value = json_object_get(object, member);
    return value != NULL ? told(arena, value) : "none";
}

static void the_client_is_the_one_that_the_request_claims(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;
    /* base64 of demo-web:x, and an unsigned assertion of {"sub":"asserted"} */
    const struct header basic[] = {{"Authorization", "Basic ZGVtby13ZWI6eA=="}};
    const struct header type[] = {{"Content-Type", "application/x-www-form-urlencoded; charset=x"}};
    static const char assertion[] =
        "client_assertion=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhc3NlcnRlZCJ9.AA"
        "&client_assertion_type=x";
    const struct subject query = {.query = "client_id=asked&state=x"};
    const struct subject header = {.headers = basic, .header_count = 1};
    const struct subject form = {.headers = type,
                                 .header_count = 1,
                                 .body = assertion,
                                 .body_size = sizeof(assertion) - 1,
                                 .body_kept = sizeof(assertion) - 1};
    const struct subject known = {.query = "client_id=asked", .client = "known"};
    assert_string_equal(shown(arena, &query, "client_id"), "'asked'");
    assert_string_equal(shown(arena, &header, "client_id"), "'demo-web'");
    assert_string_equal(shown(arena, &form, "client_id"), "'asserted'");
    assert_string_equal(shown(arena, &known, "client_id"), "'known'");
}

static void a_body_of_json_is_shown_without_its_secrets(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;
    const struct header type[] = {{"content-type", "application/vnd.x+json;v=1"}};
    const struct header other[] = {{"content-type", "text/plain"}};
    static const char body[] = "{\"name\":\"x\",\"password\":\"the secret\"}";
    struct subject subject = {.headers = type,
                              .header_count = 1,
                              .body = body,
                              .body_size = sizeof(body) - 1,
                              .body_kept = sizeof(body) - 1};
    assert_string_equal(
        shown(arena, &subject, "body"),
        arena_printf(arena, "{'name':'x','password':'%s'}", fingerprint_text(arena, "the secret")));
    subject.body_kept--; /* what is cut is no JSON */
    assert_string_equal(shown(arena, &subject, "body"), "none");
    subject.body_kept++;
    subject.headers = other;
    assert_string_equal(shown(arena, &subject, "body"), "none");
    assert_string_equal(shown(arena, &subject, "body_size"),
                        arena_printf(arena, "%zu", sizeof(body) - 1));
}

static void a_secret_in_the_path_is_hidden(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;
    const char *path = "/mcp/u/the-token/sse";
    const struct subject subject = {.path = path, .secret = path + strlen("/mcp/")};
    assert_string_equal(
        shown(arena, &subject, "path"),
        arena_printf(arena, "'/mcp/%s'", fingerprint_text(arena, "u/the-token/sse")));
}

static void a_form_that_cannot_be_read_shows_nothing(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;
    const struct subject subject = {.query = "code=%zz&a=1"};
    assert_string_equal(shown(arena, &subject, "parameters"), "{}");
}

#define ACCESS "access-token-of-a-test"
#define REFRESH "refresh-token-of-a-test"
#define API "api-token-of-a-test"

static void put_tokens(struct world *world)
{
    struct grant_row grant = {.client = world->web.id,
                              .user = world->user.id,
                              .scope = "openid profile",
                              .amr = "pwd",
                              .auth_time = NOW,
                              .created_at = NOW,
                              .expires_at = NOW + 1000};
    struct access_row access = {
        .hash = secret_hash(ACCESS), .issued_at = NOW, .expires_at = NOW + 100};
    const struct api_token_row api = {.hash = secret_hash(API),
                                      .user = world->user.id,
                                      .label = "x",
                                      .scope = "teams:read",
                                      .masked = "x"};
    assert_int_equal(tokens_grant(world->tenant.db, &grant, &access), 0);
    assert_int_equal(api_tokens_put(world->tenant.db, &api), 0);
}

static void who_presents_a_token_is_its_user(void **state)
{
    struct world *world = *state;
    const struct header bearer[] = {{"authorization", "bearer  " ACCESS}};
    const struct header api[] = {{"Authorization", "Token " API}};
    const struct header wrong[] = {{"Authorization", "Bearer nothing"}};
    struct subject subject = {.headers = bearer, .header_count = 1};
    put_tokens(world);
    subject_present(&world->tenant, world->arena, &subject);
    assert_string_equal(subject.user, world->user.sub);
    assert_string_equal(subject.client, "web");
    assert_string_equal(subject.scope, "openid profile");
    subject = (struct subject){.headers = api, .header_count = 1};
    subject_present(&world->tenant, world->arena, &subject);
    assert_string_equal(subject.user, world->user.sub);
    assert_string_equal(subject.scope, "teams:read");
    subject = (struct subject){.headers = wrong, .header_count = 1};
    subject_present(&world->tenant, world->arena, &subject);
    assert_null(subject.user);
    assert_null(subject.client);
}

static void a_user_is_called_by_e_mail_and_name_too(void **state)
{
    struct world *world = *state;
    const struct user_row user = {.sub = "77",
                                  .email = "ada@example.com",
                                  .claims = "{\"preferred_username\":\"ada\"}",
                                  .memberships = ""};
    assert_int_equal(users_put(world->tenant.db, &user), 0);
    json_auto_t *names = subject_user_names(&world->tenant, world->arena, "77");
    json_auto_t *nobody = subject_user_names(&world->tenant, world->arena, "ada");
    assert_string_equal(told(world->arena, names), "['ada@example.com','ada']");
    assert_string_equal(told(world->arena, nobody), "[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_client_is_the_one_that_the_request_claims),
        WORLD_TEST(a_body_of_json_is_shown_without_its_secrets),
        WORLD_TEST(a_secret_in_the_path_is_hidden),
        WORLD_TEST(a_form_that_cannot_be_read_shows_nothing),
        WORLD_TEST(who_presents_a_token_is_its_user),
        WORLD_TEST(a_user_is_called_by_e_mail_and_name_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
