/* Databases that an earlier version made: schema_1.sql is that version's own. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/store/api_tokens.h"
#include "server/store/clients.h"
#include "server/store/consents.h"
#include "server/store/documents.h"
#include "server/store/embedded.h"
#include "server/store/starts.h"
#include "server/store/users.h"
#include "tests/scratch.h"
#include "tests/unit/store/fixture.h"

extern const char embedded_tests_unit_store_schema_1_sql[];

#define LAST_VERSION 4 /* that is no longer made */

/* Another tenant, of the same names; and a client of `default` that is gone, whose number nobody
 * gets again. */
static const char rows_of_another[] =
    "INSERT INTO tenant(name, runs) VALUES('other', 9);"
    "INSERT INTO client SELECT 7, 2, 1, client_id, 'Not web', secret_hash, redirect_uris, "
    "token_endpoint_auth_method, grant_types, response_types, scope, access_token_format, "
    "code_ttl, access_token_ttl, refresh_token_ttl, id_token_ttl, refresh_mode, refresh_seconds, "
    "refresh_uses, token_redirect_uri_optional, refresh_rotation, refresh_idle_ttl, "
    "nonce_on_refresh FROM client;"
    "INSERT INTO user VALUES(8, 2, 1, '1001', 'other@example.com', '{}', '{}', NULL);"
    "INSERT INTO code SELECT 2, X'060000000000000000000000000000FF', client, user, redirect_uri, "
    "scope, nonce, challenge, acr, amr, auth_time, issued_at, expires_at, burnt_at FROM code;"
    "INSERT INTO grants SELECT 2, 2, client, user, scope, acr, amr, auth_age, created_at, "
    "expires_at, kept_for, revoked_at, reason, generation, leaf, leaf_at, nonce FROM grants;"
    "UPDATE sqlite_sequence SET seq = 20 WHERE name = 'client';";

/* What came with version 3, of both. */
static const char rows_3[] =
    "INSERT INTO document VALUES(5, 1, 'teams', '', '11', 2, 11, 0, 0, NULL, X'7B7D'),"
    "(6, 2, 'teams', '', '11', 3, 11, 0, 0, NULL, X'5B5D');"
    "INSERT INTO number VALUES(1, 'teams', 11), (2, 'teams', 40);"
    "INSERT INTO api_token VALUES(1, X'070000000000000000000000000000FF', 4, 'l', 's', 'm', 1, 0),"
    "(2, X'080000000000000000000000000000FF', 4, 'l', 's', 'm', 1, 0);";

/* A client, a user, their consent, a code, and a grant whose code was redeemed and whose first
 * refresh token was rotated: in version 1's columns. Hashes are those of hash_of. */
static const char rows_1[] =
    "INSERT INTO tenant(name, runs) VALUES('default', 4);"
    "INSERT INTO signing_key(tenant, kid, alg, pem, retired_at, until) VALUES(1, 'k', 'RS256', "
    "'p', 0, 0);"
    "INSERT INTO client VALUES(3, 1, 1, 'web', 'Web', X'00', 'http://localhost:3000/cb', "
    "'client_secret_post', 'authorization_code', 'code', 'openid', 'jwt', 300, 301, 1000, 302, "
    "'grace', "
    "5, 2, 1, 'always', 60, 1);"
    "INSERT INTO scope(tenant, name, kind, description) VALUES(1, 'openid', 'oidc', 'Who you are');"
    "INSERT INTO user VALUES(4, 1, 1, '1001', 'o@example.com', '{}', '{}', NULL);"
    "INSERT INTO text VALUES(1, 'openid'), (2, 'pwd');"
    "INSERT INTO consent VALUES(1, 4, 3, 'openid');"
    "INSERT INTO code VALUES(1, X'010000000000000000000000000000FF', 3, 4, "
    "'http://localhost:3000/cb', "
    "'openid', 'n', 'c', '1', 'pwd', 1789999940, 1790000000, 1790000300, 0);"
    "INSERT INTO spent_code VALUES(1, X'020000000000000000000000000000FF', 1, 10, 300);"
    "INSERT INTO grants VALUES(1, 1, 3, 4, 1, NULL, 2, 60, 1790000000, 1791000000, 0, 0, 0, 2, "
    "X'050000000000000000000000000000FF', 1790000020, 'n');"
    "INSERT INTO access VALUES(1, X'030000000000000000000000000000FF', 1, NULL, 300, 1790000300, "
    "0);"
    "INSERT INTO refresh VALUES(1, X'040000000000000000000000000000FF', 1, 1, 1790000020, 0),"
    "(1, X'050000000000000000000000000000FF', 1, 2, 0, 0);";

struct place {
    struct fixture f;
    char path[128];
};

static int setup(void **state)
{
    static struct place place;
    scratch_template(place.path, sizeof(place.path));
    int fd = mkstemp(place.path);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    place.f = (struct fixture){.arena = arena_new()};
    *state = &place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    unlink(arena_printf(place->f.arena, "%s-wal", place->path));
    arena_free(place->f.arena);
    return unlink(place->path);
}

static void open_it(struct place *place)
{
    const char *why;
    int64_t run;
    assert_int_equal(db_open(place->path, place->f.arena, &place->f.db, &why), 0);
    assert_int_equal(starts_count(place->f.db, &run), 0);
}

/* As the makeshift of that version would have left it. */
static void make_version(struct place *place, int version)
{
    const char *const steps[] = {"PRAGMA journal_mode = WAL",
                                 embedded_tests_unit_store_schema_1_sql,
                                 rows_1,
                                 rows_of_another,
                                 version > 1 ? embedded_server_store_upgrade_1_sql : "",
                                 version > 2 ? embedded_server_store_upgrade_2_sql : "",
                                 version > 2 ? rows_3 : "",
                                 version > 3 ? embedded_server_store_upgrade_3_sql : ""};
    sqlite3 *old;
    assert_int_equal(sqlite3_open(place->path, &old), SQLITE_OK);
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(sqlite3_exec(old, steps[i], NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(sqlite3_close(old), SQLITE_OK);
}

/* Empty again. */
static void clear(struct place *place)
{
    assert_int_equal(truncate(place->path, 0), 0);
}

static void check_registrations(struct fixture *f)
{
    struct client_row client;
    struct user_row user;
    const char *granted;
    const struct consent_key key = {.user = 4, .client = 3};
    assert_int_equal(clients_get(f->db, "web", f->arena, &client), 0);
    assert_int_equal(client.id, 3);
    assert_int_equal(client.refresh_idle_ttl, 60);
    assert_true(client.nonce_on_refresh);
    assert_int_equal(client.registered_at, 0);
    assert_int_equal(users_find(f->db, "o@example.com", f->arena, &user), 0);
    assert_int_equal(consents_get(f->db, &key, f->arena, &granted), 0);
    assert_string_equal(granted, "openid");
}

static void check_secrets(struct fixture *f)
{
    const struct hash fresh = hash_of(1), spent = hash_of(2), access_hash = hash_of(3);
    struct code_row code;
    struct access_row access;
    struct grant_row grant;
    assert_int_equal(codes_get(f->db, &fresh, f->arena, &code), 0);
    assert_int_equal(code.state, CODE_FRESH);
    assert_string_equal(code.nonce, "n");
    assert_int_equal(code.expires_at, 1790000300);
    assert_null(code.terms.claims);
    assert_int_equal(code.terms.organization, 0);
    assert_int_equal(codes_get(f->db, &spent, f->arena, &code), 0);
    assert_int_equal(code.state, CODE_TAKEN);
    assert_int_equal(tokens_access_get(f->db, &access_hash, f->arena, &access, &grant), 0);
    assert_string_equal(grant.scope, "openid");
    assert_string_equal(grant.amr, "pwd");
    assert_int_equal(grant.auth_time, 1789999940);
    assert_null(grant.terms.sid);
}

static void a_database_of_an_earlier_version_keeps_all_it_holds(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    for (int version = 1; version <= LAST_VERSION; version++) {
        make_version(place, version);
        open_it(place);
        check_registrations(f);
        check_secrets(f);
        struct redeemed r = redeemed_of(1, 12, 13);
        assert_int_equal(redeem(f->db, &r), 0);
        struct rotation spent = rotation_of(1, 4, 1, 14, 15), leaf = rotation_of(1, 5, 2, 14, 15);
        assert_int_equal(tokens_rotate(f->db, &spent), TOKENS_TAKEN);
        assert_int_equal(tokens_rotate(f->db, &leaf), 0);
        db_close(f->db);
        clear(place);
    }
}

static void the_documents_and_tokens_of_version_3_stay(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    const struct document_row key = {.collection = "teams", .parent = "", .key = "11"};
    const struct hash token = hash_of(7);
    struct document_row row;
    struct api_token_row api_token;
    int64_t number;
    make_version(place, 3);
    open_it(place);
    assert_int_equal(documents_get(f->db, &key, f->arena, &row), 0);
    assert_string_equal((const char *)row.body, "{}");
    assert_int_equal(documents_number(f->db, "teams", &number), 0);
    assert_int_equal(number, 12);
    assert_int_equal(api_tokens_get(f->db, &token, f->arena, &api_token), 0);
    db_close(f->db);
}

/* A tenant is a database: of those that once shared this one, only `default` was ever served. */
static void what_another_tenant_held_is_gone_after_an_upgrade(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    const struct hash code = hash_of(6), api_token = hash_of(8);
    struct client_row client;
    struct user_row user;
    struct code_row code_row;
    struct api_token_row token_row;
    struct grant_row grant;
    make_version(place, 3);
    open_it(place);
    assert_int_equal(clients_get_by_id(f->db, 7, f->arena, &client), 1);
    assert_int_equal(users_find(f->db, "other@example.com", f->arena, &user), 1);
    assert_int_equal(codes_get(f->db, &code, f->arena, &code_row), 1);
    assert_int_equal(tokens_grant_get(f->db, 2, f->arena, &grant), 1);
    assert_int_equal(api_tokens_get(f->db, &api_token, f->arena, &token_row), 1);
    db_close(f->db);
}

/* Tokens point to a client's number: it may not come to mean another one. */
static void an_upgrade_gives_no_number_again(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    struct client_row row;
    make_version(place, 3);
    open_it(place);
    assert_int_equal(clients_get(f->db, "web", f->arena, &row), 0);
    row.client_id = "newcomer";
    assert_int_equal(clients_put(f->db, &row), 0);
    assert_int_equal(clients_get(f->db, "newcomer", f->arena, &row), 0);
    assert_int_equal(row.id, 21);
    db_close(f->db);
}

static void an_upgrade_goes_on_counting_starts(void **state)
{
    struct place *place = *state;
    int64_t run;
    make_version(place, 3);
    open_it(place); /* the fifth */
    assert_int_equal(starts_count(place->f.db, &run), 0);
    assert_int_equal(run, 6);
    db_close(place->f.db);
}

/* Tables, columns, types and defaults as one text. */
static const char *schema_of(struct place *place, const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    const char *text = "";
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(
            db,
            "SELECT group_concat(line, char(10)) FROM (SELECT m.name || '.' || i.name || ' ' "
            "|| i.type || i.\"notnull\" || ifnull(i.dflt_value, '') || i.pk AS line FROM "
            "sqlite_schema m JOIN pragma_table_info(m.name) i ORDER BY m.name, i.cid) "
            "UNION ALL SELECT group_concat(name || ifnull(sql, ''), char(10)) FROM (SELECT "
            "name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name) "
            "UNION ALL SELECT user_version FROM pragma_user_version",
            -1, &statement, NULL),
        SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        text = arena_printf(place->f.arena, "%s\n%s", text, sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

static void an_upgraded_database_is_like_a_new_one(void **state)
{
    struct place *place = *state;
    open_it(place);
    db_close(place->f.db);
    const char *new = schema_of(place, place->path);
    for (int version = 1; version <= LAST_VERSION; version++) {
        clear(place);
        make_version(place, version);
        assert_string_not_equal(schema_of(place, place->path), new);
        open_it(place);
        db_close(place->f.db);
        assert_string_equal(schema_of(place, place->path), new);
    }
}

#define RESTARTS 10000
#define SIGN_IN_EVERY 50

/* proves: CON-12 */
static void ten_thousand_restarts_after_an_upgrade_lose_nothing(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    make_version(place, 1);
    for (unsigned i = 0; i < RESTARTS; i++) {
        struct code_row code = code_of(1000 + i);
        open_it(place);
        assert_true(i % SIGN_IN_EVERY != 0 || codes_put(f->db, &code) == 0);
        db_close(f->db);
        arena_reset(f->arena);
    }
    open_it(place);
    check_registrations(f);
    check_secrets(f);
    for (unsigned i = 0; i < RESTARTS; i += SIGN_IN_EVERY) {
        const struct hash hash = hash_of(1000 + i);
        struct code_row code;
        assert_int_equal(codes_get(f->db, &hash, f->arena, &code), 0);
        assert_int_equal(code.state, CODE_FRESH);
        arena_reset(f->arena);
    }
    db_close(f->db);
}

#define PLACE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE(a_database_of_an_earlier_version_keeps_all_it_holds),
        PLACE(the_documents_and_tokens_of_version_3_stay),
        PLACE(what_another_tenant_held_is_gone_after_an_upgrade),
        PLACE(an_upgrade_gives_no_number_again),
        PLACE(an_upgrade_goes_on_counting_starts),
        PLACE(an_upgraded_database_is_like_a_new_one),
        PLACE(ten_thousand_restarts_after_an_upgrade_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
