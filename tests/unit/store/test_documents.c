/* The documents behind the API, API tokens, and calls in a minute. */
#include "server/store/api_tokens.h"
#include "server/store/documents.h"
#include "tests/unit/store/fixture.h"

#include <string.h>

static struct document_row document(const char *collection, const char *parent, const char *key)
{
    return (struct document_row){.collection = collection,
                                 .parent = parent,
                                 .key = key,
                                 .organization = 1,
                                 .team = 2,
                                 .body = (const uint8_t *)"{}",
                                 .size = 2};
}

static int put(struct fixture *f, const char *collection, const char *parent, const char *key)
{
    const struct document_row row = document(collection, parent, key);
    return documents_add(f->db, &row);
}

static bool is_there(struct fixture *f, const char *collection, const char *parent, const char *key)
{
    struct document_row row;
    const struct document_row wanted = document(collection, parent, key);
    int found = documents_get(f->db, &wanted, f->arena, &row);
    assert_true(found >= 0);
    return found == 0;
}

static size_t count_of(struct fixture *f, const struct documents_filter *filter)
{
    const struct document_row *rows;
    size_t count;
    assert_int_equal(documents_list(f->db, filter, f->arena, &rows, &count), 0);
    return count;
}

static void a_document_that_is_read_and_put_back_keeps_its_limit(void **state)
{
    struct fixture *f = *state;
    struct document_row row = document("organizations", "", "1"), found;
    int64_t limit;
    memset(&found, 0xA5, sizeof(found)); /* as a stack may look */
    row.api_limit = 60;
    assert_int_equal(documents_add(f->db, &row), 0);
    assert_int_equal(documents_get(f->db, &row, f->arena, &found), 0);
    assert_int_equal(documents_change(f->db, &found), 0);
    assert_int_equal(api_limit_get(f->db, 1, &limit), 0);
    assert_int_equal(limit, 60);
}

static void a_document_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    static const uint8_t bytes[] = {0x89, 'P', 'N', 'G', 0, 1};
    struct document_row row = document("parts", "sdk-apps/a/1", "icon");
    struct document_row found;
    row.type = "image/png";
    row.body = bytes;
    row.size = sizeof(bytes);
    row.user = 7;
    assert_int_equal(documents_add(f->db, &row), 0);
    assert_int_equal(documents_get(f->db, &row, f->arena, &found), 0);
    assert_string_equal(found.type, "image/png");
    assert_int_equal(found.size, sizeof(bytes));
    assert_memory_equal(found.body, bytes, sizeof(bytes));
    assert_int_equal(found.body[found.size], 0);
    assert_int_equal(found.organization, 1);
    assert_int_equal(found.team, 2);
    assert_int_equal(found.user, 7);
    assert_string_equal(document_path(f->arena, &found), "sdk-apps/a/1/parts/icon");
}

static void a_key_is_there_once_below_its_parent(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(put(f, "records", "data-stores/1", "a"), 0);
    assert_int_equal(put(f, "records", "data-stores/1", "a"), 1);
    assert_int_equal(put(f, "records", "data-stores/2", "a"), 0);
    assert_int_equal(put(f, "parts", "data-stores/1", "a"), 0);
}

static void a_number_is_given_once_and_never_again(void **state)
{
    struct fixture *f = *state;
    int64_t number;
    assert_int_equal(documents_number(f->db, "scenarios", &number), 0);
    assert_int_equal(number, 1);
    assert_int_equal(put(f, "scenarios", "", "41"), 0);
    assert_int_equal(documents_number(f->db, "scenarios", &number), 0);
    assert_int_equal(number, 42);
    assert_int_equal(documents_number(f->db, "hooks", &number), 0);
    assert_int_equal(number, 1);
    /* A key that only looks like a number does not use up those there are. */
    assert_int_equal(put(f, "records", "data-stores/1", "99999999999999999999"), 0);
    assert_int_equal(documents_number(f->db, "records", &number), 0);
    assert_int_equal(number, 1);
}

static void a_change_is_of_one_document_that_is_there(void **state)
{
    struct fixture *f = *state;
    struct document_row row = document("teams", "", "1");
    struct document_row found;
    assert_int_equal(documents_add(f->db, &row), 0);
    assert_int_equal(documents_get(f->db, &row, f->arena, &found), 0);
    found.body = (const uint8_t *)"[1]";
    found.size = 3;
    found.team = 9;
    assert_int_equal(documents_change(f->db, &found), 0);
    assert_int_equal(documents_get(f->db, &row, f->arena, &found), 0);
    assert_string_equal((const char *)found.body, "[1]");
    assert_int_equal(found.team, 9);
    found.id = 4711;
    assert_int_equal(documents_change(f->db, &found), 1);
}

static void a_list_has_what_its_filter_names(void **state)
{
    struct fixture *f = *state;
    struct document_row other = document("hooks", "", "3");
    assert_int_equal(put(f, "hooks", "", "1"), 0);
    assert_int_equal(put(f, "hooks", "x", "2"), 0);
    other.team = 5;
    other.user = 8;
    assert_int_equal(documents_add(f->db, &other), 0);
    assert_int_equal(count_of(f, &(struct documents_filter){.collection = "hooks"}), 3);
    assert_int_equal(count_of(f, &(struct documents_filter){.collection = "hooks", .parent = ""}),
                     2);
    assert_int_equal(count_of(f, &(struct documents_filter){.collection = "hooks", .team = 5}), 1);
    assert_int_equal(count_of(f, &(struct documents_filter){.collection = "hooks", .user = 8}), 1);
    assert_int_equal(
        count_of(f, &(struct documents_filter){.collection = "hooks", .organization = 2}), 0);
    assert_int_equal(count_of(f, &(struct documents_filter){.collection = "keys"}), 0);
}

static void what_is_part_of_a_document_goes_with_it_and_its_namesake_stays(void **state)
{
    struct fixture *f = *state;
    struct document_row row = document("data-stores", "", "1");
    struct document_row found;
    assert_int_equal(documents_add(f->db, &row), 0);
    assert_int_equal(put(f, "data-stores", "", "10"), 0);
    assert_int_equal(put(f, "records", "data-stores/1", "a"), 0);
    assert_int_equal(put(f, "parts", "data-stores/1/records/a", "p"), 0);
    assert_int_equal(put(f, "records", "data-stores/10", "a"), 0);
    assert_int_equal(documents_get(f->db, &row, f->arena, &found), 0);
    assert_int_equal(documents_delete(f->db, &found), 0);
    assert_int_equal(documents_delete(f->db, &found), 1);
    assert_false(is_there(f, "records", "data-stores/1", "a"));
    assert_false(is_there(f, "parts", "data-stores/1/records/a", "p"));
    assert_true(is_there(f, "records", "data-stores/10", "a"));
    assert_true(is_there(f, "data-stores", "", "10"));
}

static void what_belongs_to_a_team_or_an_organization_goes_with_it(void **state)
{
    struct fixture *f = *state;
    static const char *const places[] = {"teams", "organizations"};
    static const char *const keys[] = {"2", "1"};
    for (size_t i = 0; i < 2; i++) {
        const struct document_row place = document(places[i], "", keys[i]);
        struct document_row found;
        assert_int_equal(put(f, places[i], "", keys[i]), 0);
        assert_int_equal(put(f, "scenarios", "", "5"), 0);
        assert_int_equal(documents_get(f->db, &place, f->arena, &found), 0);
        assert_int_equal(documents_delete(f->db, &found), 0);
        assert_false(is_there(f, "scenarios", "", "5"));
    }
}

static void a_token_is_found_by_its_hash_and_named_by_its_moment(void **state)
{
    struct fixture *f = *state;
    struct api_token_row row = {.hash = hash_of(1),
                                .user = 3,
                                .label = "l",
                                .scope = "a b",
                                .masked = "m",
                                .created_at = 1000};
    struct api_token_row found;
    const struct api_token_row *rows;
    size_t count;
    assert_int_equal(api_tokens_put(f->db, &row), 0);
    row.hash = hash_of(2);
    row.of_fixture = true;
    assert_int_equal(api_tokens_put(f->db, &row), 0);
    assert_int_equal(api_tokens_list(f->db, 3, f->arena, &rows, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].created_at, 1000);
    assert_int_equal(rows[1].created_at, 1001); /* made in the same moment */
    assert_int_equal(api_tokens_delete(f->db, 4, 1000), 1);
    assert_int_equal(api_tokens_delete(f->db, 3, 1000), 0);
    assert_int_equal(api_tokens_get(f->db, &rows[0].hash, f->arena, &found), 1);
    assert_int_equal(api_tokens_get(f->db, &rows[1].hash, f->arena, &found), 0);
    assert_string_equal(found.scope, "a b");
    assert_int_equal(api_tokens_clear_fixture(f->db), 0);
    assert_int_equal(api_tokens_get(f->db, &rows[1].hash, f->arena, &found), 1);
}

static void calls_count_anew_in_each_minute_and_for_each_organization(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int64_t organization, minute, calls;
    } rows[] = {{1, 10, 1}, {1, 10, 2}, {2, 10, 1}, {1, 11, 1}, {1, 11, 2}, {1, 9, 1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t calls;
        assert_int_equal(api_calls_count(f->db, rows[i].organization, rows[i].minute, &calls), 0);
        assert_int_equal(calls, rows[i].calls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(a_document_that_is_read_and_put_back_keeps_its_limit),
        FACT(a_document_comes_back_as_it_was_put),
        FACT(a_key_is_there_once_below_its_parent),
        FACT(a_number_is_given_once_and_never_again),
        FACT(a_change_is_of_one_document_that_is_there),
        FACT(a_list_has_what_its_filter_names),
        FACT(what_is_part_of_a_document_goes_with_it_and_its_namesake_stays),
        FACT(what_belongs_to_a_team_or_an_organization_goes_with_it),
        FACT(a_token_is_found_by_its_hash_and_named_by_its_moment),
        FACT(calls_count_anew_in_each_minute_and_for_each_organization),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
