/* Clients, scopes, origins, users, directory, tenants and keys: what a fixture puts. */
#include "server/store/clients.h"
#include "server/store/signing_keys.h"
#include "server/store/users.h"
#include "tests/unit/store/fixture.h"

static const uint8_t secret[CLIENT_SECRET_HASH_SIZE] = {1, 2, 0, 4};

static struct client_row client_of(const char *client_id)
{
    return (struct client_row){.client_id = client_id,
                               .client_name = "Demo",
                               .secret_hash = secret,
                               .redirect_uris = "http://localhost:3000/cb https://a.example/",
                               .token_endpoint_auth_method = "client_secret_post",
                               .grant_types = "authorization_code refresh_token",
                               .response_types = "code,code id_token",
                               .scope = "openid profile",
                               .default_scope = "openid",
                               .access_token_format = "jwt",
                               .code_ttl = 1,
                               .access_token_ttl = 2,
                               .refresh_token_ttl = 3,
                               .id_token_ttl = 4,
                               .refresh_mode = "grace",
                               .refresh_seconds = 30,
                               .refresh_uses = 5,
                               .token_redirect_uri_optional = true};
}

static int64_t put_client(struct fixture *f, const char *client_id)
{
    struct client_row put = client_of(client_id), row;
    assert_int_equal(clients_put(f->db, &put), 0);
    assert_int_equal(clients_get(f->db, client_id, f->arena, &row), 0);
    return row.id;
}

static int64_t put_user(struct fixture *f, const char *sub, const char *email)
{
    struct user_row row = {.sub = sub, .email = email, .claims = "{}", .memberships = ""};
    assert_int_equal(users_put(f->db, &row), 0);
    assert_int_equal(users_find(f->db, sub, f->arena, &row), 0);
    return row.id;
}

static void a_client_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    struct client_row put = client_of("a"), row;
    int64_t id = put_client(f, "a");
    assert_int_equal(clients_get_by_id(f->db, id, f->arena, &row), 0);
    assert_string_equal(row.client_id, "a");
    assert_string_equal(row.client_name, put.client_name);
    assert_memory_equal(row.secret_hash, secret, sizeof(secret));
    assert_string_equal(row.redirect_uris, put.redirect_uris);
    assert_string_equal(row.token_endpoint_auth_method, put.token_endpoint_auth_method);
    assert_string_equal(row.grant_types, put.grant_types);
    assert_string_equal(row.response_types, put.response_types);
    assert_string_equal(row.scope, put.scope);
    assert_string_equal(row.default_scope, put.default_scope);
    assert_string_equal(row.access_token_format, put.access_token_format);
    assert_int_equal(row.code_ttl, 1);
    assert_int_equal(row.access_token_ttl, 2);
    assert_int_equal(row.refresh_token_ttl, 3);
    assert_int_equal(row.id_token_ttl, 4);
    assert_string_equal(row.refresh_mode, "grace");
    assert_int_equal(row.refresh_seconds, 30);
    assert_int_equal(row.refresh_uses, 5);
    assert_true(row.token_redirect_uri_optional);
}

static void a_public_client_has_no_secret(void **state)
{
    struct fixture *f = *state;
    struct client_row row = client_of("a");
    row.secret_hash = NULL;
    row.token_redirect_uri_optional = false;
    assert_int_equal(clients_put(f->db, &row), 0);
    assert_int_equal(clients_get(f->db, "a", f->arena, &row), 0);
    assert_null(row.secret_hash);
    assert_false(row.token_redirect_uri_optional);
}

static void an_unknown_client_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct client_row row;
    assert_int_equal(clients_get(f->db, "a", f->arena, &row), 1);
    int64_t id = put_client(f, "a");
    assert_int_equal(clients_get_by_id(f->db, id + 1, f->arena, &row), 1);
}

static void a_sweep_takes_the_clients_not_put_since_the_mark(void **state)
{
    struct fixture *f = *state;
    const struct client_row *rows;
    size_t count;
    int64_t stays = put_client(f, "stays"), goes = put_client(f, "goes");
    assert_int_equal(db_begin(f->db), 0);
    assert_int_equal(clients_mark(f->db), 0);
    int64_t added = put_client(f, "added");
    assert_int_equal(put_client(f, "stays"), stays);
    assert_int_equal(clients_sweep(f->db), 0);
    assert_int_equal(db_commit(f->db), 0);
    assert_int_equal(clients_list(f->db, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, stays);
    assert_int_equal(rows[1].id, added);
    assert_true(put_client(f, "goes") > goes);
}

static void an_origin_is_known_until_the_list_is_cleared(void **state)
{
    struct fixture *f = *state;
    const char *origin = "http://localhost:5173";
    assert_int_equal(origins_get(f->db, origin), 1);
    assert_int_equal(origins_put(f->db, origin), 0);
    assert_int_equal(origins_put(f->db, origin), 0);
    assert_int_equal(origins_get(f->db, origin), 0);
    assert_int_equal(origins_get(f->db, "http://localhost:517"), 1);
    assert_int_equal(origins_clear(f->db), 0);
    assert_int_equal(origins_get(f->db, origin), 1);
}

static void scopes_are_listed_in_the_order_put(void **state)
{
    struct fixture *f = *state;
    const struct scope_row *rows;
    struct scope_row row;
    size_t count;
    const struct scope_row z = {"z:read", "user", "Read z"}, a = {"a:read", "admin", "Read a"};
    assert_int_equal(scopes_put(f->db, &z), 0);
    assert_int_equal(scopes_put(f->db, &a), 0);
    assert_int_equal(scopes_list(f->db, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].name, "z:read");
    assert_string_equal(rows[1].name, "a:read");
    assert_int_equal(scopes_get(f->db, "a:read", f->arena, &row), 0);
    assert_string_equal(row.kind, "admin");
    assert_string_equal(row.description, "Read a");
    assert_int_equal(scopes_get(f->db, "a", f->arena, &row), 1);
    assert_int_equal(scopes_clear(f->db), 0);
    assert_int_equal(scopes_get(f->db, "a:read", f->arena, &row), 1);
}

static void a_user_is_found_by_subject_before_e_mail(void **state)
{
    struct fixture *f = *state;
    struct user_row row;
    int64_t first = put_user(f, "1001", "1002"), second = put_user(f, "1002", "b@example.com");
    assert_int_equal(users_find(f->db, "1002", f->arena, &row), 0);
    assert_int_equal(row.id, second);
    assert_int_equal(users_find(f->db, "b@example.com", f->arena, &row), 0);
    assert_int_equal(row.id, second);
    assert_int_equal(users_find(f->db, "B@Example.com", f->arena, &row), 0);
    assert_int_equal(row.id, second);
    assert_int_equal(users_find(f->db, "b@example.co", f->arena, &row), 1);
    assert_int_equal(users_get(f->db, first, f->arena, &row), 0);
    assert_string_equal(row.sub, "1001");
    assert_null(row.password_hash);
}

static void users_are_listed_in_the_order_put_since_the_mark(void **state)
{
    struct fixture *f = *state;
    const struct user_row *rows;
    size_t count;
    int64_t one = put_user(f, "1", NULL), two = put_user(f, "2", NULL);
    put_user(f, "3", NULL);
    assert_int_equal(users_mark(f->db), 0);
    assert_int_equal(put_user(f, "2", NULL), two);
    assert_int_equal(put_user(f, "1", NULL), one);
    assert_int_equal(users_sweep(f->db), 0);
    assert_int_equal(users_list(f->db, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, two);
    assert_int_equal(rows[1].id, one);
}

static void a_long_list_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    const struct user_row *rows;
    size_t count;
    for (int i = 0; i < 100; i++) {
        put_user(f, arena_printf(f->arena, "%d", i), NULL);
    }
    assert_int_equal(users_list(f->db, f->arena, &rows, &count), 0);
    assert_int_equal(count, 100);
    for (int i = 0; i < 100; i++) {
        assert_string_equal(rows[i].sub, arena_printf(f->arena, "%d", i));
    }
}

static void the_directory_is_kept_by_name(void **state)
{
    struct fixture *f = *state;
    const char *json;
    assert_int_equal(directory_get(f->db, "teams", f->arena, &json), 1);
    assert_int_equal(directory_put(f->db, "teams", "[]"), 0);
    assert_int_equal(directory_put(f->db, "teams", "[1]"), 0);
    assert_int_equal(directory_get(f->db, "teams", f->arena, &json), 0);
    assert_string_equal(json, "[1]");
}

static void starts_are_counted(void **state)
{
    struct fixture *f = *state;
    int64_t run;
    assert_int_equal(starts_count(f->db, &run), 0);
    assert_int_equal(run, 2); /* after fixture_setup's */
    assert_int_equal(starts_count(f->db, &run), 0);
    assert_int_equal(run, 3);
}

static void keys_are_listed_oldest_first_and_replaced_by_kid(void **state)
{
    struct fixture *f = *state;
    const struct key_row *keys;
    size_t count;
    struct key_row b = {"b", "RS256", "pem b", 0, 0}, a = {"a", "RS256", "pem a", 0, 0};
    assert_int_equal(signing_keys_put(f->db, &b), 0);
    assert_int_equal(signing_keys_put(f->db, &a), 0);
    b.retired_at = NOW;
    b.until = NOW + 5;
    assert_int_equal(signing_keys_put(f->db, &b), 0);
    assert_int_equal(signing_keys_list(f->db, f->arena, &keys, &count), 0);
    assert_int_equal(count, 2);
    assert_string_equal(keys[0].kid, "b");
    assert_string_equal(keys[0].alg, "RS256");
    assert_string_equal(keys[0].pem, "pem b");
    assert_int_equal(keys[0].retired_at, NOW);
    assert_int_equal(keys[0].until, NOW + 5);
    assert_string_equal(keys[1].kid, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_client_comes_back_as_it_was_put),
        FACT(a_public_client_has_no_secret),
        FACT(an_unknown_client_is_not_found),
        FACT(a_sweep_takes_the_clients_not_put_since_the_mark),
        FACT(an_origin_is_known_until_the_list_is_cleared),
        FACT(scopes_are_listed_in_the_order_put),
        FACT(a_user_is_found_by_subject_before_e_mail),
        FACT(users_are_listed_in_the_order_put_since_the_mark),
        FACT(a_long_list_comes_back_whole),
        FACT(the_directory_is_kept_by_name),
        FACT(starts_are_counted),
        FACT(keys_are_listed_oldest_first_and_replaced_by_kid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
