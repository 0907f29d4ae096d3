#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/seed.h"
#include "server/store/clients.h"
#include "server/store/tenants.h"
#include "server/store/users.h"

#define NOW 1767225600

extern const char embedded_fixtures_keys_signing_pem[];

/* A store in memory, and a directory of the test's own. */
struct world {
    struct arena *arena;
    struct db *db;
    struct ring *ring;
    int64_t tenant;
    char directory[32];
    const char *path; /* of the fixture */
    struct seed_result result;
    const char *problem;
};

static int make_world(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    const char *why = NULL;
    int64_t run = 0;
    world->arena = arena_new();
    world->ring = ring_new();
    memcpy(world->directory, "/tmp/seed-XXXXXX", 17);
    assert_non_null(mkdtemp(world->directory));
    world->path = arena_printf(world->arena, "%s/fixture.json", world->directory);
    assert_int_equal(db_open(NULL, world->arena, &world->db, &why), 0);
    assert_int_equal(tenants_open(world->db, "default", &world->tenant, &run), 0);
    log_setup(LOG_ERROR, LOG_TEXT);
    *state = world;
    return 0;
}

static const char *inside(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->directory, name);
}

static int drop_world(void **state)
{
    static const char *const names[] = {"fixture.json", "other.pem", "link.pem",
                                        "keys/a.pem",   "keys/link", "keys"};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(names); i++) {
        remove(inside(world, names[i]));
    }
    assert_int_equal(rmdir(world->directory), 0);
    ring_free(world->ring);
    db_close(world->db);
    arena_free(world->arena);
    free(world);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int load(struct world *world, const char *path, int64_t now)
{
    world->problem = NULL;
    return seed_load(world->db, world->tenant, world->ring, path, now, world->arena, &world->result,
                     &world->problem);
}

/* Loads the smallest fixture with these members besides (' stands for "). */
static int load_with(struct world *world, const char *members, int64_t now)
{
    char *text = arena_printf(world->arena,
                              "{'clients':[{'client_id':'a','redirect_uris':['http://app.test/cb'],"
                              "'scope':'openid'}],'users':[{'sub':'1'}]%s}",
                              members);
    for (char *c = strchr(text, '\''); c != NULL; c = strchr(c, '\'')) {
        *c = '"';
    }
    write_file(world->path, text);
    return load(world, world->path, now);
}

/* A start on the same store: a process's ring is its own. */
static void restart(struct world *world)
{
    ring_free(world->ring);
    world->ring = ring_new();
}

static size_t published(const struct world *world, int64_t now)
{
    json_auto_t *jwks = ring_jwks(world->ring, now);
    return json_array_size(json_object_get(jwks, "keys"));
}

static const char *signing_kid(struct world *world)
{
    return arena_strdup(world->arena, key_kid(ring_signer(world->ring, ALG_RS256)));
}

static void the_built_in_fixture_registers_its_four_clients(void **state)
{
    struct world *world = *state;
    struct client_row row;
    const struct client_row *rows = NULL;
    size_t count = 0;
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_string_equal(world->result.profile, "make");
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
    assert_null(world->result.profile);
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
    json_auto_t *memberships = json_loads(user.memberships, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(claims, "given_name")), "Max");
    assert_true(json_is_true(json_object_get(claims, "email_verified")));
    assert_null(json_object_get(claims, "password"));
    assert_null(json_object_get(claims, "organizations"));
    assert_null(json_object_get(claims, "teams"));
    json_auto_t *expected = json_pack("{s:[{s:i,s:s}],s:[{s:i,s:s}]}", "organizations", "id", 1,
                                      "role", "Member", "teams", "id", 1, "role", "Team member");
    assert_true(json_equal(memberships, expected));
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
    assert_int_equal(published(world, NOW), 1);
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

static void a_key_file_is_looked_for_beside_the_fixture(void **state)
{
    struct world *world = *state;
    assert_int_equal(mkdir(inside(world, "keys"), 0700), 0);
    write_file(inside(world, "keys/a.pem"), embedded_fixtures_keys_signing_pem);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'keys/a.pem'}]", NOW), 0);
    const char *kid = signing_kid(world);
    restart(world);
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_string_equal(signing_kid(world), kid);
}

/* ADM-05, JWK-11 */
static void no_step_to_a_key_file_is_a_symbolic_link(void **state)
{
    struct world *world = *state;
    assert_int_equal(mkdir(inside(world, "keys"), 0700), 0);
    write_file(inside(world, "other.pem"), embedded_fixtures_keys_signing_pem);
    assert_int_equal(symlink("other.pem", inside(world, "link.pem")), 0);
    assert_int_equal(symlink("..", inside(world, "keys/link")), 0);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'other.pem'}]", NOW), 0);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'link.pem'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "/keys/0/file: \"link.pem\" cannot be opened: a "
                                           "symbolic link"));
    assert_int_equal(
        load_with(world, ",'keys':[{'alg':'RS256','file':'keys/link/other.pem'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "symbolic link"));
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'keys'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "is not a regular file"));
}

static void a_generated_key_is_kept_in_the_store(void **state)
{
    struct world *world = *state;
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    const char *kid = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    assert_string_equal(signing_kid(world), kid);
    assert_int_equal(published(world, NOW), 1);
}

static void generate_never_takes_up_a_key_that_others_know(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    const char *known = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    assert_string_not_equal(signing_kid(world), known);
}

/* JWK-07: demo-web's tokens live 300 s. */
static void a_replaced_key_stays_published_until_its_last_token_has_expired(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW + 1000), 0);
    assert_int_equal(published(world, NOW + 1299), 2);
    assert_int_equal(published(world, NOW + 1300), 1);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW + 1200), 0);
    assert_int_equal(published(world, NOW + 1299), 2);
    assert_int_equal(published(world, NOW + 1300), 1);
}

static void a_key_that_returns_signs_again(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    const char *first = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    restart(world);
    assert_int_equal(load(world, NULL, NOW + 10), 0);
    assert_string_equal(signing_kid(world), first);
    assert_int_equal(published(world, NOW + 10), 2);
}

#define WORLDLY(test) cmocka_unit_test_setup_teardown(test, make_world, drop_world)

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
        WORLDLY(a_key_file_is_looked_for_beside_the_fixture),
        WORLDLY(no_step_to_a_key_file_is_a_symbolic_link),
        WORLDLY(a_generated_key_is_kept_in_the_store),
        WORLDLY(generate_never_takes_up_a_key_that_others_know),
        WORLDLY(a_replaced_key_stays_published_until_its_last_token_has_expired),
        WORLDLY(a_key_that_returns_signs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
