#include "server/catalogue/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/catalogue/embedded.h"

struct place {
    struct arena *arena;
    struct catalogue *catalogue;
};

static int setup(void **state)
{
    struct place *place = test_calloc(1, sizeof(*place));
    place->arena = arena_new();
    place->catalogue = catalogue_new();
    assert_non_null(place->catalogue);
    catalogue_read(place->catalogue);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    catalogue_free(place->catalogue);
    arena_free(place->arena);
    test_free(place);
    return 0;
}

static int find(const struct place *place, const char *method, const char *path,
                struct match *match)
{
    return catalogue_find(place->catalogue, place->arena, method, path, match);
}

/* {scenarioId} becomes 1: what no word of the table is. */
static const char *filled(const struct place *place, const char *path)
{
    struct str_buf text;
    str_buf_init(&text, place->arena);
    while (*path != '\0') {
        if (*path == '{') {
            str_buf_put(&text, "1");
            path = strchr(path, '}') + 1;
            continue;
        }
        str_buf_put_n(&text, path++, 1);
    }
    return str_buf_text(&text);
}

static size_t parameters_of(const char *path)
{
    size_t count = 0;
    for (; *path != '\0'; path++) {
        count += *path == '{';
    }
    return count;
}

static void each_operation_is_found_by_its_own_path(void **state)
{
    struct place *place = *state;
    size_t count;
    const struct operation *rows = catalogue_operations(place->catalogue, &count);
    size_t of_reference = 0;
    for (size_t i = 0; i < count; i++) {
        struct match match;
        assert_int_equal(find(place, rows[i].method, filled(place, rows[i].path), &match),
                         MATCH_FOUND);
        assert_ptr_equal(match.operation, &rows[i]);
        assert_int_equal(match.count, parameters_of(rows[i].path));
        for (size_t j = 0; j < match.count; j++) {
            assert_non_null(
                strstr(rows[i].path, arena_printf(place->arena, "{%s}", match.values[j].name)));
            assert_string_equal(match.values[j].value, "1");
        }
        of_reference += !rows[i].is_beyond;
    }
    assert_int_equal(of_reference, 354);
    assert_int_equal(count - of_reference, 47);
}

static bool is_said(const char *said, const char *cell)
{
    return str_equal(cell, "-") ? said == NULL || *said == '\0' : str_equal(said, cell);
}

/* Method, path, scopes and permission of each line, read here anew; returns behind the last. */
static const struct operation *check_lines(struct arena *arena, const char *text,
                                           const struct operation *row)
{
    char *rest = arena_strdup(arena, text);
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (*line == '#' || *line == '\0' || str_starts(line, "method\t")) {
            continue;
        }
        assert_string_equal(row->method, strsep(&line, "\t"));
        assert_string_equal(row->path, strsep(&line, "\t"));
        assert_true(is_said(row->scope, strsep(&line, "\t")));
        assert_true(is_said(row->permission, strsep(&line, "\t")));
        row++;
    }
    return row;
}

static void an_operation_needs_what_its_line_says(void **state)
{
    struct place *place = *state;
    size_t count;
    const struct operation *rows = catalogue_operations(place->catalogue, &count);
    const struct operation *row =
        check_lines(place->arena, embedded_fixtures_make_operations_tsv, rows);
    assert_int_equal(row - rows, 354);
    row = check_lines(place->arena, embedded_fixtures_make_beyond_tsv, row);
    assert_int_equal(row - rows, count);
}

static void a_word_of_the_table_wins_over_a_parameter(void **state)
{
    static const char *const paths[] = {"/scenarios/ai-agents",      "/templates/public",
                                        "/users/roles/permissions",  "/keys/types",
                                        "/organizations/invitation", "/sdk/apps/connections/x",
                                        "/users/by-permission"};
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct match match;
        assert_int_equal(find(place, "GET", paths[i], &match), MATCH_FOUND);
        assert_true(str_starts(match.operation->path, "/sdk/apps/connections/") ||
                    str_equal(match.operation->path, paths[i]));
    }
}

/* Two rows may call the same place differently: each has the names of its own path. */
static void values_go_by_the_names_of_the_operation(void **state)
{
    struct place *place = *state;
    struct match match;
    assert_int_equal(find(place, "GET", "/sdk/apps/shop/1", &match), MATCH_FOUND);
    assert_string_equal(match.values[0].name, "name");
    assert_string_equal(match.values[1].name, "version");
    assert_int_equal(find(place, "GET", "/sdk/apps/shop/1/modules", &match), MATCH_FOUND);
    assert_string_equal(match.values[0].name, "appName");
    assert_string_equal(match.values[1].name, "appVersion");
    assert_int_equal(find(place, "GET", "/data-stores/1/data", &match), MATCH_FOUND);
    assert_int_equal(find(place, "PATCH", "/data-stores/1/data/a%20b%C3%A9", &match), MATCH_FOUND);
    assert_string_equal(match.values[1].value, "a b\xc3\xa9");
}

static void what_is_no_path_is_not_found(void **state)
{
    static const char *const paths[] = {"",
                                        "/",
                                        "scenarios",
                                        "/scenario",
                                        "/scenarioss",
                                        "/scen",
                                        "/scenarios/",
                                        "/scenarios//1",
                                        "/scenarios/1/nothing",
                                        "/SCENARIOS",
                                        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n"};
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct match match;
        assert_int_equal(find(place, "GET", paths[i], &match), MATCH_NO_PATH);
    }
}

static void a_wrong_method_names_those_that_are_right(void **state)
{
    struct place *place = *state;
    struct match match;
    assert_int_equal(find(place, "PUT", "/scenarios/1", &match), MATCH_NO_METHOD);
    assert_string_equal(match.allow, "DELETE, GET, PATCH");
    assert_int_equal(find(place, "DELETE", "/ping", &match), MATCH_NO_METHOD);
    assert_string_equal(match.allow, "GET");
}

static void a_segment_that_cannot_be_one_is_malformed(void **state)
{
    static const char *const values[] = {"%2F", "%2f", "%5C", "%00", "%0A", "%7F",
                                         "%zz", "%4",  "a%",  "%FF", "%C3", "%C0%AF"};
    struct place *place = *state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct match match;
        const char *path = arena_printf(place->arena, "/data-stores/1/data/%s", values[i]);
        assert_int_equal(find(place, "PUT", path, &match), MATCH_MALFORMED);
    }
}

static void each_operation_names_what_is_there(void **state)
{
    struct place *place = *state;
    size_t count;
    const struct operation *rows = catalogue_operations(place->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        const struct operation *row = &rows[i];
        bool is_of_a_role = row->permission != NULL && !str_equal(row->permission, PERMISSION_SELF);
        assert_int_equal(row->needed != NULL, is_of_a_role);
        assert_true(!is_of_a_role || str_starts(row->permission, row->needed->kind));
        assert_true(!is_of_a_role || str_ends(row->permission, row->needed->name));
        assert_true(row->verb != VERB_SPECIAL || row->name != NULL);
        assert_true(row->verb >= VERB_ANSWER || row->collection != NULL);
        assert_true(row->verb != VERB_SET || row->settings != NULL);
    }
}

static void an_administrators_scope_is_known_by_its_kind(void **state)
{
    struct place *place = *state;
    struct match match;
    assert_int_equal(find(place, "POST", "/organizations", &match), MATCH_FOUND);
    assert_string_equal(match.operation->scope, "admin:write organizations:write");
    assert_string_equal(match.operation->admin_scope, "admin:write");
    const char *path = "/credential-requests/apps/http/1/modules-with-credentials";
    assert_int_equal(find(place, "GET", path, &match), MATCH_FOUND);
    assert_string_equal(match.operation->admin_scope, "apps:read");
    assert_int_equal(find(place, "GET", "/scenarios", &match), MATCH_FOUND);
    assert_null(match.operation->admin_scope);
}

static bool is_parameter_of_a_path(const struct place *place, const char *name)
{
    size_t count;
    const struct operation *rows = catalogue_operations(place->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        if (strstr(rows[i].path, arena_printf(place->arena, "{%s}", name)) != NULL) {
            return true;
        }
    }
    return false;
}

static void check_parameters(const struct place *place, const json_t *lists)
{
    for (size_t i = 0; i < json_array_size(lists); i++) {
        const json_t *names = json_array_get(lists, i);
        assert_int_not_equal(json_array_size(names), 0);
        for (size_t j = 0; j < json_array_size(names); j++) {
            assert_true(is_parameter_of_a_path(place, json_string_value(json_array_get(names, j))));
        }
    }
}

static void each_collection_is_whole(void **state)
{
    struct place *place = *state;
    size_t count;
    const struct collection *rows = catalogue_collections(place->catalogue, &count);
    assert_int_equal(count, 46);
    for (size_t i = 0; i < count; i++) {
        const struct collection *row = &rows[i];
        assert_non_null(row->many);
        assert_int_not_equal(json_array_size(row->key), 0);
        check_parameters(place, row->parameters);
        check_parameters(place, row->of_parameters);
        assert_true(row->of == NULL || json_array_size(row->of_parameters) > 0);
        const char *owner = owner_members[row->owner];
        bool is_owner = str_equal(row->name, "organizations");
        assert_true(row->of != NULL || owner == NULL || is_owner ||
                    json_object_get(row->fresh, owner) != NULL);
    }
}

#define PLACE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE(each_operation_is_found_by_its_own_path),
        PLACE(an_operation_needs_what_its_line_says),
        PLACE(a_word_of_the_table_wins_over_a_parameter),
        PLACE(values_go_by_the_names_of_the_operation),
        PLACE(what_is_no_path_is_not_found),
        PLACE(a_wrong_method_names_those_that_are_right),
        PLACE(a_segment_that_cannot_be_one_is_malformed),
        PLACE(each_operation_names_what_is_there),
        PLACE(an_administrators_scope_is_known_by_its_kind),
        PLACE(each_collection_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
