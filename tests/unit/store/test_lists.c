#include <string.h>

#include "server/store/consents.h"
#include "server/store/lists.h"
#include "tests/unit/store/fixture.h"

#define GRANTS 5

/* Grants 1 to 5 of users 1 to 5 at client 3, access tokens 11 to 15, refresh tokens 21 to 25 of
 * codes 1 to 5; code 9 waits. */
static void put_all(const struct fixture *f)
{
    for (unsigned i = 1; i <= GRANTS; i++) {
        struct code_row code = code_of(i);
        struct redeemed r = redeemed_of(i, 10 + i, 20 + i);
        r.grant.user = i;
        assert_int_equal(codes_put(f->db, &code), 0);
        assert_int_equal(redeem(f->db, &r), 0);
        assert_int_equal(r.grant.id, i);
    }
    struct code_row waiting = code_of(9);
    assert_int_equal(codes_put(f->db, &waiting), 0);
}

static void each_kind_is_listed_page_by_page_and_once(void **state)
{
    const struct fixture *f = *state;
    static const size_t expected[TOKEN_ROW__MAX] = {GRANTS, GRANTS, GRANTS + 1};
    put_all(f);
    for (enum token_row_kind kind = 0; kind < TOKEN_ROW__MAX; kind++) {
        struct list_filter filter = {.limit = 2};
        const struct token_row *rows;
        size_t count, total = 0;
        do {
            assert_int_equal(lists_tokens(f->db, kind, &filter, f->arena, &rows, &count), 0);
            assert_in_range(count, 0, 2);
            for (size_t i = 0; i < count; i++) {
                assert_true(memcmp(&rows[i].hash, &filter.since, sizeof(filter.since)) > 0);
                filter.since = rows[i].hash;
                assert_string_equal(rows[i].scope, "openid offline_access");
            }
            total += count;
        } while (count == 2);
        assert_int_equal(total, expected[kind]);
    }
}

static void token_says_whose_it_is_and_why_it_ended(void **state)
{
    const struct fixture *f = *state;
    const struct token_row *rows;
    size_t count;
    put_all(f);
    const struct list_filter filter = {.user = 2, .limit = 10};
    assert_int_equal(tokens_grant_revoke(f->db, 2, NOW + 20, GRANT_REFRESH_REUSED), 0);
    assert_int_equal(lists_tokens(f->db, TOKEN_ROW_REFRESH, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(rows->grant, 2);
    assert_int_equal(rows->client, 3);
    assert_int_equal(rows->generation, 1);
    assert_int_equal(rows->revoked_at, NOW + 20);
    assert_int_equal(rows->end, GRANT_REFRESH_REUSED);
    assert_int_equal(lists_tokens(f->db, TOKEN_ROW_CODE, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(rows->taken_at, NOW + 10);
    assert_int_equal(rows->issued_at, NOW);
    assert_int_equal(rows->expires_at, NOW + 300);
    assert_int_equal(lists_tokens(f->db, TOKEN_ROW_ACCESS, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(rows->issued_at, NOW + 10);
    assert_int_equal(rows->expires_at, NOW + 310);
    assert_int_equal(rows->revoked_at, NOW + 20);
}

static void access_token_revoked_alone_leaves_its_grant(void **state)
{
    const struct fixture *f = *state;
    const struct token_row *rows;
    const struct hash hash = hash_of(13);
    size_t count;
    put_all(f);
    const struct list_filter filter = {.grant = 3, .limit = 10};
    assert_int_equal(tokens_access_revoke(f->db, &hash, NOW + 30), 0);
    assert_int_equal(lists_tokens(f->db, TOKEN_ROW_ACCESS, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(rows->revoked_at, NOW + 30);
    assert_int_equal(rows->end, GRANT_LIVE);
}

static void grants_go_on_behind_an_id(void **state)
{
    const struct fixture *f = *state;
    const struct grant_row *rows;
    size_t count;
    put_all(f);
    struct list_filter filter = {.limit = 2, .after = 2};
    assert_int_equal(lists_grants(f->db, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, 3);
    assert_int_equal(rows[1].user, 4);
    filter = (struct list_filter){.limit = 9, .client = 77};
    assert_int_equal(lists_grants(f->db, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 0);
}

static void sessions_of_one_user_are_listed(void **state)
{
    const struct fixture *f = *state;
    const struct session_row *rows;
    size_t count;
    for (unsigned i = 1; i <= 4; i++) {
        const struct session_row row = {
            .hash = hash_of(i), .user = i % 2, .sid = "s", .expires_at = NOW};
        assert_int_equal(sessions_put(f->db, &row), 0);
    }
    struct list_filter filter = {.limit = 9, .user = 1};
    assert_int_equal(lists_sessions(f->db, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    filter = (struct list_filter){.limit = 9, .since = hash_of(1)};
    assert_int_equal(lists_sessions(f->db, &filter, f->arena, &rows, &count), 0);
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].sid, "s");
}

static void consents_are_listed_by_user_and_client(void **state)
{
    const struct fixture *f = *state;
    static const struct consent_key keys[] = {{1, 2}, {1, 3}, {2, 1}};
    const struct consent_row granted = {.granted = "a b", .withheld = ""};
    const struct consent_listed *rows;
    size_t count;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(consents_put(f->db, &keys[i], &granted), 0);
    }
    struct consent_listed after = {0};
    struct list_filter filter = {.limit = 1};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lists_consents(f->db, &filter, &after, f->arena, &rows, &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(rows->user, keys[i].user);
        assert_int_equal(rows->client, keys[i].client);
        assert_string_equal(rows->scope, "a b");
        after = *rows;
    }
    assert_int_equal(lists_consents(f->db, &filter, &after, f->arena, &rows, &count), 0);
    assert_int_equal(count, 0);
    filter = (struct list_filter){.limit = 9, .user = 1};
    after = (struct consent_listed){0};
    assert_int_equal(lists_consents(f->db, &filter, &after, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(each_kind_is_listed_page_by_page_and_once),
        FACT(token_says_whose_it_is_and_why_it_ended),
        FACT(access_token_revoked_alone_leaves_its_grant),
        FACT(grants_go_on_behind_an_id),
        FACT(consents_are_listed_by_user_and_client),
        FACT(sessions_of_one_user_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
