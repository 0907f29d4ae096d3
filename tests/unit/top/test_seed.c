#include "tests/unit/top/world.h"

#include "keys/digest.h"
#include "server/store/clients.h"
#include "server/store/users.h"

static void the_built_in_fixture_registers_its_four_clients(void **state)
{
    struct world *world = *state;
    struct client_row row;
    const struct client_row *rows = NULL;
    size_t count = 0;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_string_equal(world->profile->name, "make");
    assert_int_equal(clients_list(world->db, world->tenant, world->arena, &rows, &count), 0);
    assert_int_equal(count, 4);
    assert_int_equal(clients_get(world->db, world->tenant, "demo-native", world->arena, &row), 0);
    assert_null(row.secret_hash);
    assert_string_equal(row.client_name, "Demo native application");
    assert_string_equal(row.redirect_uris, "http://127.0.0.1/callback http://[::1]/callback "
                                           "com.example.makeshift:/callback");
    assert_string_equal(row.token_endpoint_auth_method, "none");
    assert_string_equal(row.grant_types, "authorization_code refresh_token");
    assert_string_equal(row.response_types, "code");
    assert_int_equal(clients_get(world->db, world->tenant, "demo-custom-app", world->arena, &row),
                     0);
    assert_true(row.token_redirect_uri_optional);
}

static void a_registration_without_a_member_gets_its_default(void **state)
{
    struct world *world = *state;
    struct client_row row;
    assert_int_equal(load_with(world, "", NOW), 0);
    assert_string_equal(world->profile->name, "make");
    assert_int_equal(clients_get(world->db, world->tenant, "a", world->arena, &row), 0);
    assert_string_equal(row.client_name, "a");
    assert_string_equal(row.token_endpoint_auth_method, "none");
    assert_string_equal(row.grant_types, "authorization_code");
    assert_string_equal(row.response_types, "code");
    assert_string_equal(row.access_token_format, "jwt");
    assert_int_equal(row.code_ttl, 300);
    assert_int_equal(row.access_token_ttl, 300);
    assert_int_equal(row.id_token_ttl, 300);
    assert_int_equal(row.refresh_token_ttl, 15552000);
    assert_string_equal(row.refresh_mode, "strict");
    assert_int_equal(row.refresh_seconds, 0);
    assert_int_equal(row.refresh_uses, 0);
    assert_false(row.token_redirect_uri_optional);
}

static void secrets_and_passwords_are_stored_as_hashes(void **state)
{
    struct world *world = *state;
    static const char *const secret[] = {"client_secret", "demo-web", "demo-web-secret"};
    static const char *const password[] = {"password", "1002", "member-password"};
    uint8_t hash[DIGEST_SIZE];
    struct client_row client;
    struct user_row user;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_int_equal(clients_get(world->db, world->tenant, "demo-web", world->arena, &client), 0);
    digest_texts(hash, secret, COUNT(secret));
    assert_memory_equal(client.secret_hash, hash, sizeof(hash));
    assert_int_equal(users_find(world->db, world->tenant, "1002", world->arena, &user), 0);
    digest_texts(hash, password, COUNT(password));
    assert_memory_equal(user.password_hash, hash, sizeof(hash));
    assert_null(strstr(user.claims, "member-password"));
}

static void a_user_keeps_claims_and_memberships_apart(void **state)
{
    struct world *world = *state;
    struct user_row user;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_int_equal(
        users_find(world->db, world->tenant, "max.member@example.com", world->arena, &user), 0);
    assert_string_equal(user.sub, "1002");
    json_auto_t *claims = json_loads(user.claims, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(claims, "given_name")), "Max");
    assert_true(json_is_true(json_object_get(claims, "email_verified")));
    assert_null(json_object_get(claims, "password"));
    assert_null(json_object_get(claims, "organizations"));
    assert_null(json_object_get(claims, "teams"));
    assert_string_equal(user.memberships, "organization\t1\tMember\nteam\t1\tTeam member\n");
}

static void origins_of_web_redirect_uris_may_call(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_int_equal(origins_get(world->db, world->tenant, "http://localhost:5173"), 0);
    assert_int_equal(origins_get(world->db, world->tenant, "http://localhost:3000"), 0);
    assert_int_equal(origins_get(world->db, world->tenant, "https://www.make.com"), 0);
    assert_int_equal(origins_get(world->db, world->tenant, "http://localhost"), 1);
}

static void a_fixture_without_scopes_has_the_built_in_catalogue(void **state)
{
    struct world *world = *state;
    struct scope_row row;
    assert_int_equal(load_with(world, "", NOW), 0);
    assert_int_equal(scopes_get(world->db, world->tenant, "mcp:use", world->arena, &row), 0);
    assert_string_equal(row.kind, "user");
    assert_int_equal(
        load_with(world, ",'scopes':[{'name':'openid','kind':'oidc','description':'o'}]", NOW), 0);
    assert_int_equal(scopes_get(world->db, world->tenant, "mcp:use", world->arena, &row), 1);
}

static void a_new_fixture_takes_the_place_of_the_old_one(void **state)
{
    struct world *world = *state;
    struct client_row row;
    struct user_row user;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_int_equal(load_with(world, "", NOW), 0);
    assert_int_equal(clients_get(world->db, world->tenant, "demo-web", world->arena, &row), 1);
    assert_int_equal(clients_get(world->db, world->tenant, "a", world->arena, &row), 0);
    assert_int_equal(users_find(world->db, world->tenant, "1001", world->arena, &user), 1);
    assert_int_equal(users_find(world->db, world->tenant, "1", world->arena, &user), 0);
    assert_int_equal(origins_get(world->db, world->tenant, "http://localhost:3000"), 1);
}

static void a_wrong_fixture_changes_nothing(void **state)
{
    struct world *world = *state;
    struct client_row row;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','pem':'none'}]", NOW), 1);
    assert_string_equal(world->problem,
                        arena_printf(world->arena,
                                     "%s: /keys/0/pem: holds no unencrypted PKCS #8 private key; "
                                     "expected an RSA key of at least 2048 bits as PEM",
                                     world->path));
    assert_int_equal(clients_get(world->db, world->tenant, "demo-web", world->arena, &row), 0);
}

static void what_is_no_json_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"{\n  \"clients\": [}", "line 2, column 15: "},
        {"", "line 1, column 0: "},
        {"{\"users\":[],\n\"users\":[]}",
         "line 2, column 7: duplicate object key near '\"users\"'"},
        {"{\"\xff\":1}", "unable to decode byte 0xff"},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file(world->path, rows[i].text);
        assert_int_equal(load(world, world->path, NOW), 1);
        assert_memory_equal(world->problem, world->path, strlen(world->path));
        assert_non_null(strstr(world->problem, rows[i].problem));
    }
}

static void a_file_larger_than_the_limit_is_refused(void **state)
{
    struct world *world = *state;
    write_file(world->path, "{}");
    assert_int_equal(truncate(world->path, SEED_FILE_MAX + 1), 0);
    assert_int_equal(load(world, world->path, NOW), 1);
    assert_non_null(strstr(world->problem, "larger than 4194304 bytes"));
}

static void a_file_that_is_not_there_is_refused(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, inside(world, "nothing.json"), NOW), 1);
    assert_non_null(strstr(world->problem, "nothing.json: cannot be opened: No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLDLY(the_built_in_fixture_registers_its_four_clients),
        WORLDLY(a_registration_without_a_member_gets_its_default),
        WORLDLY(secrets_and_passwords_are_stored_as_hashes),
        WORLDLY(a_user_keeps_claims_and_memberships_apart),
        WORLDLY(origins_of_web_redirect_uris_may_call),
        WORLDLY(a_fixture_without_scopes_has_the_built_in_catalogue),
        WORLDLY(a_new_fixture_takes_the_place_of_the_old_one),
        WORLDLY(a_wrong_fixture_changes_nothing),
        WORLDLY(what_is_no_json_is_refused_with_its_line),
        WORLDLY(a_file_larger_than_the_limit_is_refused),
        WORLDLY(a_file_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
