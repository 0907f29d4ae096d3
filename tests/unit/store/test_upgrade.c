/* Databases that an earlier version made: schema_1.sql is that version's own. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/store/clients.h"
#include "server/store/consents.h"
#include "server/store/users.h"
#include "tests/unit/store/fixture.h"

extern const char embedded_tests_unit_store_schema_1_sql[];

/* A client, a user, their consent, a code, and a grant whose code was redeemed and whose first refresh token was
 * rotated: in version 1's columns. Hashes are those of hash_of. */
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
    char path[64];
};

static int setup(void **state)
{
    static struct place place;
    /* In memory where there is such a place: what is tested is not the disk. */
    strcpy(place.path, access("/dev/shm", W_OK) == 0 ? "/dev/shm/makeshift-upgrade-XXXXXX"
                                                     : "/tmp/makeshift-upgrade-XXXXXX");
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
    assert_int_equal(tenants_open(place->f.db, "default", &place->f.tenant, &run), 0);
}

static void make_version_1(struct place *place)
{
    sqlite3 *old;
    assert_int_equal(sqlite3_open(place->path, &old), SQLITE_OK);
    assert_int_equal(sqlite3_exec(old, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(old, embedded_tests_unit_store_schema_1_sql, NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(old, rows_1, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(old), SQLITE_OK);
}

static void check_registrations(struct fixture *f)
{
    struct client_row client;
    struct user_row user;
    const char *granted;
    const struct consent_key key = {.user = 4, .client = 3};
    assert_int_equal(clients_get(f->db, f->tenant, "web", f->arena, &client), 0);
    assert_int_equal(client.id, 3);
    assert_int_equal(client.refresh_idle_ttl, 60);
    assert_true(client.nonce_on_refresh);
    assert_int_equal(client.registered_at, 0);
    assert_int_equal(users_find(f->db, f->tenant, "o@example.com", f->arena, &user), 0);
    assert_int_equal(consents_get(f->db, f->tenant, &key, f->arena, &granted), 0);
    assert_string_equal(granted, "openid");
}

static void check_secrets(struct fixture *f)
{
    const struct hash fresh = hash_of(1), spent = hash_of(2), access_hash = hash_of(3);
    struct code_row code;
    struct access_row access;
    struct grant_row grant;
    assert_int_equal(codes_get(f->db, f->tenant, &fresh, f->arena, &code), 0);
    assert_int_equal(code.state, CODE_FRESH);
    assert_string_equal(code.nonce, "n");
    assert_int_equal(code.expires_at, 1790000300);
    assert_null(code.terms.claims);
    assert_int_equal(code.terms.organization, 0);
    assert_int_equal(codes_get(f->db, f->tenant, &spent, f->arena, &code), 0);
    assert_int_equal(code.state, CODE_TAKEN);
    assert_int_equal(tokens_access_get(f->db, f->tenant, &access_hash, f->arena, &access, &grant),
                     0);
    assert_string_equal(grant.scope, "openid");
    assert_string_equal(grant.amr, "pwd");
    assert_int_equal(grant.auth_time, 1789999940);
    assert_null(grant.terms.sid);
}

static void a_database_of_version_1_keeps_all_it_holds(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    make_version_1(place);
    open_it(place);
    check_registrations(f);
    check_secrets(f);
    struct redeemed r = redeemed_of(1, 12, 13);
    assert_int_equal(redeem(f->db, f->tenant, &r), 0);
    struct rotation spent = rotation_of(1, 4, 1, 14, 15), leaf = rotation_of(1, 5, 2, 14, 15);
    assert_int_equal(tokens_rotate(f->db, f->tenant, &spent), TOKENS_TAKEN);
    assert_int_equal(tokens_rotate(f->db, f->tenant, &leaf), 0);
    db_close(f->db);
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
    make_version_1(place);
    const char *before = schema_of(place, place->path);
    open_it(place);
    db_close(place->f.db);
    const char *upgraded = schema_of(place, place->path);
    assert_int_equal(truncate(place->path, 0), 0);
    open_it(place);
    db_close(place->f.db);
    const char *new = schema_of(place, place->path);
    assert_string_equal(upgraded, new);
    assert_string_not_equal(upgraded, before);
}

#define RESTARTS 10000
#define SIGN_IN_EVERY 50

/* proves: CON-12 */
static void ten_thousand_restarts_after_an_upgrade_lose_nothing(void **state)
{
    struct place *place = *state;
    struct fixture *f = &place->f;
    make_version_1(place);
    for (unsigned i = 0; i < RESTARTS; i++) {
        struct code_row code = code_of(1000 + i);
        open_it(place);
        assert_true(i % SIGN_IN_EVERY != 0 || codes_put(f->db, f->tenant, &code) == 0);
        db_close(f->db);
        arena_reset(f->arena);
    }
    open_it(place);
    check_registrations(f);
    check_secrets(f);
    for (unsigned i = 0; i < RESTARTS; i += SIGN_IN_EVERY) {
        const struct hash hash = hash_of(1000 + i);
        struct code_row code;
        assert_int_equal(codes_get(f->db, f->tenant, &hash, f->arena, &code), 0);
        assert_int_equal(code.state, CODE_FRESH);
        arena_reset(f->arena);
    }
    db_close(f->db);
}

#define PLACE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE(a_database_of_version_1_keeps_all_it_holds),
        PLACE(an_upgraded_database_is_like_a_new_one),
        PLACE(ten_thousand_restarts_after_an_upgrade_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
