#include "server/store/db_private.h"
#include "server/store/sessions.h"
#include "server/store/tally.h"
#include "tests/unit/store/fixture.h"

static struct session_row session_of(unsigned number, int64_t expires_at)
{
    return (struct session_row){.hash = hash_of(number),
                                .user = 4,
                                .auth_time = NOW,
                                .amr = "pwd",
                                .expires_at = expires_at};
}

static struct interaction_row interaction_of(unsigned number, unsigned session, int64_t created_at)
{
    return (struct interaction_row){.hash = hash_of(number),
                                    .session = hash_of(session),
                                    .query = "client_id=demo-web",
                                    .created_at = created_at,
                                    .expires_at = NOW + 600};
}

static int put(struct fixture *f, unsigned number, int64_t expires_at)
{
    struct session_row row = session_of(number, expires_at);
    return sessions_put(f->db, &row);
}

static int get(struct fixture *f, unsigned number, int64_t now)
{
    struct hash hash = hash_of(number);
    struct session_row row;
    return sessions_get(f->db, &hash, now, f->arena, &row);
}

static int interaction_get(struct fixture *f, unsigned number, struct interaction_row *row)
{
    struct hash hash = hash_of(number);
    return interactions_get(f->db, &hash, NOW, f->arena, row);
}

static void a_session_comes_back_until_it_expires(void **state)
{
    struct fixture *f = *state;
    struct session_row row, was = session_of(1, NOW + 10);
    assert_int_equal(sessions_put(f->db, &was), 0);
    assert_int_equal(sessions_get(f->db, &was.hash, NOW + 9, f->arena, &row), 0);
    assert_int_equal(row.user, 4);
    assert_int_equal(row.auth_time, NOW);
    assert_string_equal(row.amr, "pwd");
    assert_int_equal(row.expires_at, NOW + 10);
    assert_int_equal(get(f, 1, NOW + 10), 1);
}

static void a_rotated_session_leaves_no_old_id_and_takes_its_interactions_along(void **state)
{
    struct fixture *f = *state;
    struct hash old = hash_of(1), new = hash_of(2);
    struct session_row row = session_of(2, NOW + 10);
    struct interaction_row interaction = interaction_of(7, 1, NOW);
    assert_int_equal(put(f, 1, NOW + 10), 0);
    assert_int_equal(interactions_put(f->db, &interaction), 0);
    assert_int_equal(sessions_rotate(f->db, &old, &row), 0);
    assert_int_equal(get(f, 1, NOW), 1);
    assert_int_equal(get(f, 2, NOW), 0);
    assert_int_equal(interaction_get(f, 7, &interaction), 0);
    assert_memory_equal(&interaction.session, &new, sizeof(new));
}

static void of_two_sign_ins_in_one_session_the_second_puts_nothing(void **state)
{
    struct fixture *f = *state;
    const struct hash old = hash_of(1);
    const struct session_row first = session_of(2, NOW + 10), second = session_of(3, NOW + 10);
    assert_int_equal(put(f, 1, NOW + 10), 0);
    assert_int_equal(sessions_rotate(f->db, &old, &first), 0);
    assert_int_equal(sessions_rotate(f->db, &old, &second), 1);
    assert_int_equal(get(f, 2, NOW), 0);
    assert_int_equal(get(f, 3, NOW), 1);
}

static void a_deleted_session_is_gone(void **state)
{
    struct fixture *f = *state;
    struct hash hash = hash_of(1);
    assert_int_equal(put(f, 1, NOW + 10), 0);
    assert_int_equal(sessions_delete(f->db, &hash), 0);
    assert_int_equal(get(f, 1, NOW), 1);
}

static void all_sessions_are_deleted_and_make_room(void **state)
{
    struct fixture *f = *state;
    struct session_row found;
    tally_set_limit(f->db, TALLY_SESSIONS, 2);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 1; i <= 2; i++) {
            const struct session_row row = {
                .hash = hash_of(10 * round + i), .user = 1, .sid = "s", .expires_at = NOW + 9};
            assert_int_equal(sessions_put(f->db, &row), 0);
            assert_int_equal(sessions_get(f->db, &row.hash, NOW, f->arena, &found), 0);
        }
        const struct hash first = hash_of(10 * round + 1);
        assert_int_equal(sessions_get(f->db, &first, NOW, f->arena, &found), 0);
        assert_int_equal(sessions_clear(f->db), 0);
        assert_int_equal(sessions_get(f->db, &first, NOW, f->arena, &found), 1);
    }
}

/* proves: ADM-13 */
static void beyond_the_limit_the_session_that_ends_first_goes(void **state)
{
    struct fixture *f = *state;
    tally_set_limit(f->db, TALLY_SESSIONS, 2);
    assert_int_equal(put(f, 1, NOW + 30), 0);
    assert_int_equal(put(f, 2, NOW + 10), 0);
    assert_int_equal(put(f, 3, NOW + 20), 0);
    assert_int_equal(get(f, 1, NOW), 0);
    assert_int_equal(get(f, 2, NOW), 1);
    assert_int_equal(get(f, 3, NOW), 0);
}

static void beyond_the_limit_the_oldest_interaction_goes(void **state)
{
    struct fixture *f = *state;
    struct interaction_row row;
    tally_set_limit(f->db, TALLY_INTERACTIONS, 2);
    for (unsigned i = 1; i <= 3; i++) {
        row = interaction_of(i, 9, NOW - (i == 2 ? 10 : 0));
        assert_int_equal(interactions_put(f->db, &row), 0);
    }
    assert_int_equal(interaction_get(f, 1, &row), 0);
    assert_int_equal(interaction_get(f, 2, &row), 1);
    assert_int_equal(interaction_get(f, 3, &row), 0);
}

static void an_interaction_is_signed_in_and_taken_once(void **state)
{
    struct fixture *f = *state;
    struct interaction_row row = interaction_of(7, 1, NOW);
    struct hash hash = hash_of(7), other = hash_of(8);
    assert_int_equal(interactions_put(f->db, &row), 0);
    assert_int_equal(interactions_sign_in(f->db, &hash, NOW + 1), 0);
    assert_int_equal(interactions_sign_in(f->db, &other, NOW + 1), 1);
    assert_int_equal(interaction_get(f, 7, &row), 0);
    assert_int_equal(row.signed_in_at, NOW + 1);
    assert_string_equal(row.query, "client_id=demo-web");
    assert_int_equal(interactions_take(f->db, &hash), 0);
    assert_int_equal(interactions_take(f->db, &hash), 1);
    assert_int_equal(interaction_get(f, 7, &row), 1);
}

static void an_interaction_that_was_decided_is_neither_pending_nor_taken(void **state)
{
    struct fixture *f = *state;
    const struct interaction_row *rows;
    struct interaction_row row;
    size_t count;
    for (unsigned i = 1; i <= 3; i++) {
        row = interaction_of(10 - i, 1, NOW);
        assert_int_equal(interactions_put(f->db, &row), 0);
    }
    const struct hash second = hash_of(8), third = hash_of(7);
    assert_int_equal(interactions_decide(f->db, &second, NOW + 1), 0);
    assert_int_equal(interactions_decide(f->db, &second, NOW + 2), 1);
    assert_int_equal(interactions_take(f->db, &second), 1);
    assert_int_equal(interaction_get(f, 8, &row), 0);
    assert_int_equal(row.decided_at, NOW + 1);
    assert_int_equal(row.id, 2);
    assert_int_equal(interactions_pending(f->db, 0, 9, NOW, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, 1);
    assert_memory_equal(&rows[1].hash, &third, sizeof(third));
    assert_int_equal(interactions_pending(f->db, 1, 9, NOW, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(interactions_pending(f->db, 0, 1, NOW, f->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(interactions_pending(f->db, 0, 9, NOW + 600, f->arena, &rows, &count), 0);
    assert_int_equal(count, 0);
    assert_int_equal(interactions_take(f->db, &third), 0);
    assert_int_equal(interactions_decide(f->db, &third, NOW), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_session_comes_back_until_it_expires),
        FACT(a_rotated_session_leaves_no_old_id_and_takes_its_interactions_along),
        FACT(of_two_sign_ins_in_one_session_the_second_puts_nothing),
        FACT(a_deleted_session_is_gone),
        FACT(all_sessions_are_deleted_and_make_room),
        FACT(beyond_the_limit_the_session_that_ends_first_goes),
        FACT(beyond_the_limit_the_oldest_interaction_goes),
        FACT(an_interaction_is_signed_in_and_taken_once),
        FACT(an_interaction_that_was_decided_is_neither_pending_nor_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
