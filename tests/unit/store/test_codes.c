#include "server/store/db_private.h"
#include "server/store/tally.h"
#include "tests/unit/store/fixture.h"

static void a_fresh_code_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    struct code_row put = code_of(1), row;
    assert_int_equal(codes_put(f->db, &put), 0);
    assert_int_equal(codes_get(f->db, &put.hash, f->arena, &row), 0);
    assert_int_equal(row.state, CODE_FRESH);
    assert_int_equal(row.client, 3);
    assert_int_equal(row.user, 4);
    assert_string_equal(row.redirect_uri, put.redirect_uri);
    assert_string_equal(row.scope, put.scope);
    assert_string_equal(row.nonce, put.nonce);
    assert_string_equal(row.challenge, put.challenge);
    assert_string_equal(row.acr, put.acr);
    assert_string_equal(row.amr, put.amr);
    assert_int_equal(row.auth_time, put.auth_time);
    assert_int_equal(row.issued_at, NOW);
    assert_int_equal(row.expires_at, NOW + 300);
    assert_int_equal(row.taken_at, 0);
    assert_int_equal(row.grant, 0);
}

static void what_was_not_sent_is_null(void **state)
{
    struct fixture *f = *state;
    struct code_row put = code_of(1), row;
    put.nonce = put.challenge = put.acr = NULL;
    put.redirect_uri = "";
    assert_int_equal(codes_put(f->db, &put), 0);
    assert_int_equal(codes_get(f->db, &put.hash, f->arena, &row), 0);
    assert_null(row.nonce);
    assert_null(row.challenge);
    assert_null(row.acr);
    assert_string_equal(row.redirect_uri, "");
}

static void an_unknown_code_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct hash hash = hash_of(7);
    struct code_row row;
    assert_int_equal(codes_get(f->db, &hash, f->arena, &row), 1);
}

static void a_taken_code_knows_its_grant_and_when(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct code_row row;
    assert_int_equal(codes_get(f->db, &r.code, f->arena, &row), 0);
    assert_int_equal(row.state, CODE_TAKEN);
    assert_int_equal(row.taken_at, NOW + 10);
    assert_int_equal(row.grant, r.grant.id);
    assert_int_equal(row.client, 3);
    assert_int_equal(row.user, 4);
    assert_string_equal(row.scope, "openid offline_access");
    assert_int_equal(row.auth_time, NOW - 60);
    assert_int_equal(row.issued_at, NOW);
    assert_int_equal(row.expires_at, NOW + 300);
}

static void a_code_is_burnt_once_and_cannot_be_redeemed(void **state)
{
    struct fixture *f = *state;
    struct code_row put = code_of(1), row;
    struct redeemed r = redeemed_of(1, 2, 3);
    assert_int_equal(codes_put(f->db, &put), 0);
    assert_int_equal(codes_burn(f->db, &put.hash, NOW + 5), 0);
    assert_int_equal(codes_burn(f->db, &put.hash, NOW + 6), 1);
    assert_int_equal(redeem(f->db, &r), TOKENS_TAKEN);
    assert_int_equal(codes_get(f->db, &put.hash, f->arena, &row), 0);
    assert_int_equal(row.state, CODE_BURNT);
    assert_int_equal(row.taken_at, NOW + 5);
    assert_int_equal(row.grant, 0);
}

static void a_taken_code_cannot_be_burnt(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    assert_int_equal(codes_burn(f->db, &r.code, NOW), 1);
}

/* proves: ADM-13 */
static void a_full_store_refuses_codes_and_forgets_none(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct code_row second = code_of(21), third = code_of(22), row;
    tally_set_limit(f->db, TALLY_CODES, 2);
    assert_int_equal(codes_put(f->db, &second), 0);
    assert_int_equal(codes_put(f->db, &third), CODES_FULL);
    assert_int_equal(codes_get(f->db, &r.code, f->arena, &row), 0);
    assert_int_equal(row.state, CODE_TAKEN);
    assert_int_equal(codes_get(f->db, &second.hash, f->arena, &row), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_fresh_code_comes_back_as_it_was_put),
        FACT(what_was_not_sent_is_null),
        FACT(an_unknown_code_is_not_found),
        FACT(a_taken_code_knows_its_grant_and_when),
        FACT(a_code_is_burnt_once_and_cannot_be_redeemed),
        FACT(a_taken_code_cannot_be_burnt),
        FACT(a_full_store_refuses_codes_and_forgets_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
