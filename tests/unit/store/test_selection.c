#include "server/store/selection.h"
#include "server/store/sessions.h"
#include "tests/unit/store/fixture.h"

#define LATER (NOW + 20)

/* Two redeemed codes, of users 4 and 5 at clients 3 and 6, their tokens 2, 3 and 12, 13; a code 21
 * that waits for user 4; and a session of each user. The first grant was made in user 4's. */
static void put_all(const struct fixture *f, struct redeemed *one, struct redeemed *two)
{
    struct code_row codes[] = {code_of(1), code_of(11), code_of(21)};
    codes[0].terms.sid = "sid 4";
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(codes_put(f->db, &codes[i]), 0);
    }
    *one = redeemed_of(1, 2, 3);
    one->grant.terms.sid = "sid 4";
    one->access.expires_at = NOW + 9000; /* longer than what has ended is remembered */
    *two = redeemed_of(11, 12, 13);
    two->grant.user = 5;
    two->grant.client = 6;
    assert_int_equal(redeem(f->db, one), 0);
    assert_int_equal(redeem(f->db, two), 0);
    const struct session_row sessions[] = {
        {.hash = hash_of(104), .user = 4, .sid = "sid 4", .expires_at = NOW + 1000},
        {.hash = hash_of(105), .user = 5, .sid = "sid 5", .expires_at = NOW + 1000}};
    assert_int_equal(sessions_put(f->db, &sessions[0]), 0);
    assert_int_equal(sessions_put(f->db, &sessions[1]), 0);
}

static void assert_ended(const struct ended *ended, const struct ended *expected)
{
    assert_int_equal(ended->grants, expected->grants);
    assert_int_equal(ended->access, expected->access);
    assert_int_equal(ended->codes, expected->codes);
    assert_int_equal(ended->sessions, expected->sessions);
}

static void each_selector_revokes_its_own_and_no_more(void **state)
{
    const struct fixture *f = *state;
    const struct hash access = hash_of(2), refresh = hash_of(3), code = hash_of(21);
    const struct hash cookie = hash_of(104), nothing = hash_of(999);
    const struct {
        struct selection selection;
        struct ended ended;
    } cases[] = {
        {{.token = &nothing}, {0}},
        {{.user = 77}, {0}},
        {{.token = &access}, {.access = 1}},
        {{.token = &code}, {.codes = 1}},
        {{.token = &refresh}, {.grants = 1}},
        {{.session = &cookie}, {.sessions = 1}}, /* its grant, its access token ended before */
        {{.client = 3}, {0}},
        {{.user = 5, .client = 3}, {0}},
        {{.user = 5}, {.grants = 1, .access = 1, .sessions = 1}},
        {{0}, {0}},
    };
    struct redeemed one, two;
    put_all(f, &one, &two);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ended ended;
        assert_int_equal(selection_revoke(f->db, &cases[i].selection, LATER, &ended), 0);
        assert_ended(&ended, &cases[i].ended);
    }
    struct grant_row grant;
    assert_int_equal(tokens_grant_get(f->db, two.grant.id, f->arena, &grant), 0);
    assert_int_equal(grant.end, GRANT_REVOKED_BY_TEST);
    assert_int_equal(grant.revoked_at, LATER);
}

static void session_ends_with_what_was_granted_in_it(void **state)
{
    const struct fixture *f = *state;
    const struct hash cookie = hash_of(104);
    struct redeemed one, two;
    struct ended ended;
    put_all(f, &one, &two);
    const struct selection selection = {.session = &cookie};
    assert_int_equal(selection_revoke(f->db, &selection, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.grants = 1, .access = 1, .sessions = 1});
    struct grant_row grant;
    assert_int_equal(tokens_grant_get(f->db, two.grant.id, f->arena, &grant), 0);
    assert_int_equal(grant.revoked_at, 0);
}

static void everything_is_revoked_by_no_selector(void **state)
{
    const struct fixture *f = *state;
    struct redeemed one, two;
    struct ended ended;
    put_all(f, &one, &two);
    assert_int_equal(selection_revoke(f->db, &(struct selection){0}, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.grants = 2, .access = 2, .codes = 1, .sessions = 2});
}

/* Each kind expires alone, and keeps when it was issued. */
static void each_kind_expires_from_now_on(void **state)
{
    const struct fixture *f = *state;
    struct redeemed one, two;
    struct ended ended;
    struct access_row access;
    struct grant_row grant;
    struct session_row session;
    const struct hash cookie = hash_of(104);
    const struct selection mine = {.user = 4};
    put_all(f, &one, &two);
    assert_int_equal(selection_expire(f->db, &mine, SELECTION_ACCESS, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.access = 1});
    assert_int_equal(tokens_access_get(f->db, &one.access.hash, f->arena, &access, &grant), 0);
    assert_int_equal(access.expires_at, LATER);
    assert_int_equal(access.issued_at, one.access.issued_at);
    assert_int_equal(access.revoked_at, 0);
    assert_int_equal(grant.expires_at, one.grant.expires_at);
    assert_int_equal(selection_expire(f->db, &mine, SELECTION_REFRESH, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.grants = 1});
    assert_int_equal(tokens_grant_get(f->db, one.grant.id, f->arena, &grant), 0);
    assert_int_equal(grant.expires_at, LATER);
    assert_int_equal(grant.end, GRANT_LIVE);
    assert_int_equal(selection_expire(f->db, &mine, SELECTION_CODE, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.codes = 1});
    assert_int_equal(selection_expire(f->db, &mine, SELECTION_SESSION, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){.sessions = 1});
    assert_int_equal(sessions_get(f->db, &cookie, LATER, f->arena, &session), 1);
    assert_int_equal(sessions_get(f->db, &cookie, LATER - 1, f->arena, &session), 0);
    assert_int_equal(selection_expire(f->db, &mine, SELECTION_ALL, LATER, &ended), 0);
    assert_ended(&ended, &(struct ended){0});
}

/* The sweep keeps the grant as long as an access token of it lives. */
static void access_token_outlives_its_expired_family(void **state)
{
    const struct fixture *f = *state;
    struct redeemed one, two;
    struct ended ended;
    struct access_row access;
    struct grant_row grant;
    put_all(f, &one, &two);
    assert_int_equal(
        selection_expire(f->db, &(struct selection){0}, SELECTION_REFRESH, LATER, &ended), 0);
    assert_int_equal(ended.grants, 2);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(db_sweep(f->db, one.access.expires_at - 1), 0);
    }
    assert_int_equal(tokens_access_get(f->db, &one.access.hash, f->arena, &access, &grant), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(each_selector_revokes_its_own_and_no_more),
        FACT(session_ends_with_what_was_granted_in_it),
        FACT(everything_is_revoked_by_no_selector),
        FACT(each_kind_expires_from_now_on),
        FACT(access_token_outlives_its_expired_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
