#include "tests/unit/store/fixture.h"

static int refresh_get(struct fixture *f, unsigned number, struct refresh_row *refresh,
                       struct grant_row *grant)
{
    struct hash hash = hash_of(number);
    return tokens_refresh_get(f->db, &hash, f->arena, refresh, grant);
}

static int access_get(struct fixture *f, unsigned number, struct access_row *access,
                      struct grant_row *grant)
{
    struct hash hash = hash_of(number);
    return tokens_access_get(f->db, &hash, f->arena, access, grant);
}

static void redeeming_a_code_gives_grant_access_and_refresh_token(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct access_row access;
    struct refresh_row refresh;
    struct grant_row grant;
    assert_int_equal(access_get(f, 2, &access, &grant), 0);
    assert_int_equal(access.grant, r.grant.id);
    assert_null(access.scope);
    assert_int_equal(access.issued_at, NOW + 10);
    assert_int_equal(access.expires_at, NOW + 310);
    assert_int_equal(access.revoked_at, 0);
    assert_int_equal(refresh_get(f, 3, &refresh, &grant), 0);
    assert_int_equal(refresh.grant, r.grant.id);
    assert_int_equal(refresh.generation, 1);
    assert_int_equal(refresh.taken_at, 0);
    assert_int_equal(r.refresh.generation, 1);
}

static void a_grant_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct hash leaf = hash_of(3);
    struct grant_row grant;
    assert_int_equal(tokens_grant_get(f->db, r.grant.id, f->arena, &grant), 0);
    assert_int_equal(grant.client, 3);
    assert_int_equal(grant.user, 4);
    assert_string_equal(grant.scope, "openid offline_access");
    assert_string_equal(grant.acr, "1");
    assert_string_equal(grant.amr, "pwd");
    assert_int_equal(grant.auth_time, NOW - 60);
    assert_int_equal(grant.created_at, NOW + 10);
    assert_int_equal(grant.expires_at, NOW + 1000000);
    assert_int_equal(grant.revoked_at, 0);
    assert_int_equal(grant.end, GRANT_LIVE);
    assert_int_equal(grant.generation, 1);
    assert_memory_equal(&grant.leaf, &leaf, sizeof(leaf));
}

static void a_code_redeemed_twice_gives_no_second_grant(void **state)
{
    struct fixture *f = *state;
    struct redeemed first = redeemed_code(f);
    struct redeemed second = redeemed_of(1, 12, 13);
    struct grant_row grant;
    struct access_row access;
    struct refresh_row refresh;
    assert_int_equal(redeem(f->db, &second), TOKENS_TAKEN);
    assert_int_equal(access_get(f, 12, &access, &grant), 1);
    assert_int_equal(refresh_get(f, 13, &refresh, &grant), 1);
    assert_int_equal(tokens_grant_get(f->db, first.grant.id + 1, f->arena, &grant), 1);
}

static void a_code_that_was_never_issued_is_taken(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_of(99, 2, 3);
    assert_int_equal(redeem(f->db, &r), TOKENS_TAKEN);
}

static void a_client_without_refresh_tokens_gets_generation_0(void **state)
{
    struct fixture *f = *state;
    struct code_row code = code_of(1);
    struct redeemed r = redeemed_of(1, 2, 3);
    struct grant_row grant;
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(tokens_redeem(f->db, &r.code, NOW, &r.grant, &r.access, NULL), 0);
    assert_int_equal(tokens_grant_get(f->db, r.grant.id, f->arena, &grant), 0);
    assert_int_equal(grant.generation, 0);
}

static void a_grant_without_a_code_has_an_access_token(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_of(1, 2, 3);
    struct access_row access;
    struct grant_row grant;
    r.access.scope = "openid";
    assert_int_equal(tokens_grant(f->db, &r.grant, &r.access), 0);
    assert_int_equal(access_get(f, 2, &access, &grant), 0);
    assert_string_equal(access.scope, "openid");
    assert_int_equal(access.grant, r.access.grant);
    assert_int_equal(grant.id, r.grant.id);
}

static void rotating_the_leaf_spends_it_and_makes_its_successor_the_leaf(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation rotation = rotation_of(r.grant.id, 3, 1, 4, 5);
    struct refresh_row refresh;
    struct access_row access;
    struct grant_row grant;
    assert_int_equal(tokens_rotate(f->db, &rotation), 0);
    assert_int_equal(refresh_get(f, 3, &refresh, &grant), 0);
    assert_int_equal(refresh.taken_at, NOW + 20);
    assert_int_equal(grant.generation, 2);
    assert_memory_equal(&grant.leaf, &rotation.successor, sizeof(grant.leaf));
    assert_int_equal(refresh_get(f, 4, &refresh, &grant), 0);
    assert_int_equal(refresh.generation, 2);
    assert_int_equal(refresh.taken_at, 0);
    assert_int_equal(access_get(f, 5, &access, &grant), 0);
    assert_int_equal(access.grant, r.grant.id);
}

static void a_spent_refresh_token_does_not_rotate(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation first = rotation_of(r.grant.id, 3, 1, 4, 5);
    struct rotation second = rotation_of(r.grant.id, 3, 1, 14, 15);
    struct refresh_row refresh;
    struct grant_row grant;
    assert_int_equal(tokens_rotate(f->db, &first), 0);
    assert_int_equal(tokens_rotate(f->db, &second), TOKENS_TAKEN);
    assert_int_equal(refresh_get(f, 14, &refresh, &grant), 1);
}

static void a_revoked_grant_does_not_rotate(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation rotation = rotation_of(r.grant.id, 3, 1, 4, 5);
    assert_int_equal(tokens_grant_revoke(f->db, r.grant.id, NOW, GRANT_REFRESH_REUSED), 0);
    assert_int_equal(tokens_rotate(f->db, &rotation), TOKENS_TAKEN);
}

static void an_expired_family_does_not_rotate(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation rotation = rotation_of(r.grant.id, 3, 1, 4, 5);
    rotation.now = r.grant.expires_at;
    assert_int_equal(tokens_rotate(f->db, &rotation), TOKENS_TAKEN);
    rotation.now--;
    assert_int_equal(tokens_rotate(f->db, &rotation), 0);
}

static struct rotation again(int64_t grant, int64_t reuses, unsigned successor, unsigned access)
{
    struct rotation rotation = rotation_of(grant, 3, 1, successor, access);
    rotation.how = ROTATE_AGAIN;
    rotation.expected_reuses = reuses;
    rotation.now = NOW + 25;
    return rotation;
}

static void rotating_again_puts_the_successor_in_the_unused_leafs_place(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation first = rotation_of(r.grant.id, 3, 1, 4, 5);
    struct rotation second = again(r.grant.id, 0, 6, 7);
    struct refresh_row refresh;
    struct grant_row grant;
    assert_int_equal(tokens_rotate(f->db, &first), 0);
    assert_int_equal(tokens_rotate(f->db, &second), 0);
    assert_int_equal(refresh_get(f, 3, &refresh, &grant), 0);
    assert_int_equal(refresh.taken_at, NOW + 20);
    assert_int_equal(refresh.reuses, 1);
    assert_int_equal(grant.generation, 2);
    assert_memory_equal(&grant.leaf, &second.successor, sizeof(grant.leaf));
    struct rotation dead = rotation_of(r.grant.id, 4, 2, 8, 9);
    assert_int_equal(tokens_rotate(f->db, &dead), TOKENS_TAKEN);
}

static void rotating_again_needs_the_count_of_reuses_that_was_read(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation first = rotation_of(r.grant.id, 3, 1, 4, 5);
    struct rotation second = again(r.grant.id, 0, 6, 7), third = again(r.grant.id, 0, 8, 9);
    assert_int_equal(tokens_rotate(f->db, &first), 0);
    assert_int_equal(tokens_rotate(f->db, &second), 0);
    assert_int_equal(tokens_rotate(f->db, &third), TOKENS_TAKEN);
    third.expected_reuses = 1;
    assert_int_equal(tokens_rotate(f->db, &third), 0);
}

static void rotating_again_takes_only_the_generation_before_the_leaf(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct rotation first = rotation_of(r.grant.id, 3, 1, 4, 5);
    struct rotation second = rotation_of(r.grant.id, 4, 2, 6, 7);
    struct rotation late = again(r.grant.id, 0, 8, 9), early = late;
    assert_int_equal(tokens_rotate(f->db, &early), TOKENS_TAKEN);
    assert_int_equal(tokens_rotate(f->db, &first), 0);
    assert_int_equal(tokens_rotate(f->db, &second), 0);
    assert_int_equal(tokens_rotate(f->db, &late), TOKENS_TAKEN);
}

static void a_grant_is_revoked_once_and_its_tokens_tell(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct access_row access;
    struct grant_row grant;
    assert_int_equal(tokens_grant_revoke(f->db, r.grant.id, NOW + 50, GRANT_CODE_REPLAYED), 0);
    assert_int_equal(tokens_grant_revoke(f->db, r.grant.id, NOW + 60, GRANT_REVOKED_BY_CLIENT), 1);
    assert_int_equal(access_get(f, 2, &access, &grant), 0);
    assert_int_equal(grant.revoked_at, NOW + 50);
    assert_int_equal(grant.end, GRANT_CODE_REPLAYED);
    assert_int_equal(access.revoked_at, 0);
}

static void an_access_token_is_revoked_once_and_alone(void **state)
{
    struct fixture *f = *state;
    struct redeemed r = redeemed_code(f);
    struct access_row access;
    struct grant_row grant;
    assert_int_equal(tokens_access_revoke(f->db, &r.access.hash, NOW + 50), 0);
    assert_int_equal(tokens_access_revoke(f->db, &r.access.hash, NOW + 60), 1);
    assert_int_equal(access_get(f, 2, &access, &grant), 0);
    assert_int_equal(access.revoked_at, NOW + 50);
    assert_int_equal(grant.revoked_at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(redeeming_a_code_gives_grant_access_and_refresh_token),
        FACT(a_grant_comes_back_as_it_was_put),
        FACT(a_code_redeemed_twice_gives_no_second_grant),
        FACT(a_code_that_was_never_issued_is_taken),
        FACT(a_client_without_refresh_tokens_gets_generation_0),
        FACT(a_grant_without_a_code_has_an_access_token),
        FACT(rotating_the_leaf_spends_it_and_makes_its_successor_the_leaf),
        FACT(a_spent_refresh_token_does_not_rotate),
        FACT(a_revoked_grant_does_not_rotate),
        FACT(an_expired_family_does_not_rotate),
        FACT(rotating_again_puts_the_successor_in_the_unused_leafs_place),
        FACT(rotating_again_needs_the_count_of_reuses_that_was_read),
        FACT(rotating_again_takes_only_the_generation_before_the_leaf),
        FACT(a_grant_is_revoked_once_and_its_tokens_tell),
        FACT(an_access_token_is_revoked_once_and_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
