#include "server/store/sessions.h"
#include "tests/unit/store/fixture.h"

#define HOUR 3600

/* Enough calls for every table to be walked to its end. */
static void sweep(struct fixture *f, int64_t now)
{
    for (int i = 0; i < 40; i++) {
        assert_int_equal(db_sweep(f->db, now), 0);
    }
}

static int code_get(struct fixture *f, unsigned number)
{
    struct hash hash = hash_of(number);
    struct code_row row;
    return codes_get(f->db, &hash, f->arena, &row);
}

static int access_get(struct fixture *f, unsigned number)
{
    struct hash hash = hash_of(number);
    struct access_row access;
    struct grant_row grant;
    return tokens_access_get(f->db, &hash, f->arena, &access, &grant);
}

static int refresh_get(struct fixture *f, unsigned number)
{
    struct hash hash = hash_of(number);
    struct refresh_row refresh;
    struct grant_row grant;
    return tokens_refresh_get(f->db, &hash, f->arena, &refresh, &grant);
}

/* The newest grant's row always stays: this one is not it. */
static struct redeemed older_redeemed_code(struct fixture *f)
{
    struct redeemed r = redeemed_code(f);
    struct code_row code = code_of(51);
    struct redeemed newer = redeemed_of(51, 52, 53);
    newer.grant.expires_at = NOW + 10000000;
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(redeem(f->db, &newer), 0);
    return r;
}

static void an_access_token_stays_for_an_hour_after_its_end(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    sweep(f, r.access.expires_at + HOUR);
    assert_int_equal(access_get(f, 2), 0);
    sweep(f, r.access.expires_at + HOUR + 1);
    assert_int_equal(access_get(f, 2), 1);
}

static void a_spent_code_and_refresh_token_stay_as_long_as_their_family(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = older_redeemed_code(f);
    struct rotation rotation = rotation_of(r.grant.id, 3, 1, 4, 5);
    assert_int_equal(tokens_rotate(f->db, &rotation), 0);
    sweep(f, r.grant.expires_at + HOUR);
    assert_int_equal(code_get(f, 1), 0);
    assert_int_equal(refresh_get(f, 3), 0);
    assert_int_equal(refresh_get(f, 4), 0);
    sweep(f, r.grant.expires_at + HOUR + 1);
    assert_int_equal(code_get(f, 1), 1);
    assert_int_equal(refresh_get(f, 3), 1);
    assert_int_equal(refresh_get(f, 4), 1);
    assert_int_equal(code_get(f, 51), 0);
}

static void a_grant_stays_as_long_as_an_access_token_of_it(void **state)
{
    struct fixture *f = *state;
    struct code_row code = code_of(61);
    struct redeemed r = redeemed_of(61, 62, 63);
    r.access.expires_at = r.grant.expires_at + 5000;
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(redeem(f->db, &r), 0);
    older_redeemed_code(f);
    sweep(f, r.access.expires_at);
    assert_int_equal(access_get(f, 62), 0);
    sweep(f, r.access.expires_at + HOUR + 1);
    assert_int_equal(access_get(f, 62), 1);
}

static void a_grants_number_is_never_given_to_another(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    sweep(f, r.grant.expires_at * 2);
    struct code_row code = code_of(71);
    struct redeemed next = redeemed_of(71, 72, 73);
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(redeem(f->db, &next), 0);
    assert_true(next.grant.id > r.grant.id);
}

static void expired_codes_sessions_and_interactions_go(void **state)
{
    struct fixture *f = *state;
    struct code_row code = code_of(1);
    struct session_row session = {.hash = hash_of(2), .expires_at = NOW + 300};
    struct interaction_row interaction = {
        .hash = hash_of(3), .query = "", .created_at = NOW, .expires_at = NOW + 300};
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(sessions_put(f->db, &session), 0);
    assert_int_equal(interactions_put(f->db, &interaction), 0);
    sweep(f, NOW + 299);
    assert_int_equal(code_get(f, 1), 0);
    assert_int_equal(sessions_get(f->db, &session.hash, 0, f->arena, &session), 0);
    assert_int_equal(interactions_get(f->db, &interaction.hash, 0, f->arena, &interaction), 0);
    sweep(f, NOW + 300 + HOUR + 1);
    assert_int_equal(code_get(f, 1), 1);
    assert_int_equal(sessions_get(f->db, &session.hash, 0, f->arena, &session), 1);
    assert_int_equal(interactions_get(f->db, &interaction.hash, 0, f->arena, &interaction), 1);
}

static void calls_go_on_where_the_last_one_stopped(void **state)
{
    struct fixture *f = *state;
    unsigned found = 0;
    for (unsigned i = 0; i < 1000; i++) {
        struct code_row code = code_of(i);
        assert_int_equal(codes_put(f->db, &code), 0);
    }
    assert_int_equal(db_sweep(f->db, NOW + 300 + HOUR + 1), 0);
    for (unsigned i = 0; i < 1000; i++) {
        found += code_get(f, i) == 0;
    }
    assert_in_range(found, 1, 999);
    sweep(f, NOW + 300 + HOUR + 1);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(code_get(f, i), 1);
    }
}

/* More live rows than a call looks at: a walk that began anew each time would see no others. */
static void live_rows_do_not_hide_dead_ones(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 1000; i++) {
        struct code_row code = code_of(i);
        code.expires_at = i % 10 == 0 ? NOW + 300 : NOW + 1000000;
        assert_int_equal(codes_put(f->db, &code), 0);
    }
    sweep(f, NOW + 300 + HOUR + 1);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(code_get(f, i), i % 10 == 0 ? 1 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(an_access_token_stays_for_an_hour_after_its_end),
        FACT(a_spent_code_and_refresh_token_stay_as_long_as_their_family),
        FACT(a_grant_stays_as_long_as_an_access_token_of_it),
        FACT(a_grants_number_is_never_given_to_another),
        FACT(expired_codes_sessions_and_interactions_go),
        FACT(calls_go_on_where_the_last_one_stopped),
        FACT(live_rows_do_not_hide_dead_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
