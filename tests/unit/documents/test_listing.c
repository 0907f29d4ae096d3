/* What a list costs, counted: reads of the store, documents that are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/documents/computed.h"
#include "server/documents/listing.h"

#define NOW 1767225600 /* 2026-01-01T00:00:00Z */

static size_t lists;
static size_t views;

int __real_documents_list(struct db *db, const struct documents_filter *filter, struct arena *arena,
                          const struct document_row **rows, size_t *count);
int __wrap_documents_list(struct db *db, const struct documents_filter *filter, struct arena *arena,
                          const struct document_row **rows, size_t *count);
int __wrap_documents_list(struct db *db, const struct documents_filter *filter, struct arena *arena,
                          const struct document_row **rows, size_t *count)
{
    lists++;
    return __real_documents_list(db, filter, arena, rows, count);
}

struct verdict __real_view_document(const struct view *view, json_t *json, json_t **shown);
struct verdict __wrap_view_document(const struct view *view, json_t *json, json_t **shown);
struct verdict __wrap_view_document(const struct view *view, json_t *json, json_t **shown)
{
    views += json_object_size(json) > 0;
    return __real_view_document(view, json, shown);
}

struct fixture {
    struct arena *arena;
    struct tenant tenant;
    struct catalogue *catalogue;
    struct world world;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));
    const char *why;
    fixture->arena = arena_new();
    fixture->tenant = (struct tenant){
        .name = "default",
        .issuer = "http://localhost:8080",
        .clock = {.fixed = true, .at = NOW},
        .random = random_new_seeded(1, 1),
    };
    assert_int_equal(db_open(NULL, fixture->arena, &fixture->tenant.db, &why), DB_OPEN);
    fixture->catalogue = catalogue_new();
    catalogue_read(fixture->catalogue);
    fixture->world = (struct world){
        .tenant = &fixture->tenant, .arena = fixture->arena, .catalogue = fixture->catalogue};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    catalogue_free(fixture->catalogue);
    db_close(fixture->tenant.db);
    random_free(fixture->tenant.random);
    arena_free(fixture->arena);
    test_free(fixture);
    return 0;
}

static void add(const struct fixture *fixture, const char *collection, int64_t id, const char *body)
{
    struct document_row row = {
        .collection = collection,
        .parent = "",
        .key = arena_printf(fixture->arena, "%lld", (long long)id),
        .team = 1,
        .body = (const uint8_t *)body,
        .size = strlen(body),
    };
    assert_int_equal(documents_add(fixture->tenant.db, &row), 0);
}

/* Folder 1 holds folder 2, that folder 3 and so on; a scenario in each. */
static void add_folder(const struct fixture *fixture, int64_t id, int64_t above)
{
    const char *parent =
        above == 0 ? "null" : arena_printf(fixture->arena, "%lld", (long long)above);
    add(fixture, "folders", id,
        arena_printf(fixture->arena,
                     "{\"id\":%lld,\"name\":\"f%lld\",\"teamId\":1,\"parentId\":%s}", (long long)id,
                     (long long)id, parent));
    add(fixture, "scenarios", id,
        arena_printf(fixture->arena, "{\"id\":%lld,\"teamId\":1,\"folderId\":%lld}", (long long)id,
                     (long long)id));
}

static bool is_shown(void *to, const struct document_row *row)
{
    (void)to;
    (void)row;
    return true;
}

/* The answer to a query. */
static json_t *list(const struct fixture *fixture, const char *collection, const char *query)
{
    struct form form;
    const char *bad;
    struct heap_text text = {0};
    assert_int_equal(form_parse(fixture->arena, query, strlen(query), &form, &bad), FORM_OK);
    const struct listing listing = {
        .view = {.world = &fixture->world,
                 .collection = catalogue_collection(fixture->catalogue, collection),
                 .query = &form},
        .team = 1,
        .is_shown = is_shown,
    };
    lists = 0;
    views = 0;
    assert_int_equal(listing_page(&listing, &text).code, ERROR_NONE);
    json_t *answer = json_loadb(text.bytes, text.size, 0, NULL);
    heap_text_fini(&text);
    assert_non_null(answer);
    return answer;
}

static void a_list_reads_each_collection_once_however_long_it_is(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t id = 1; id <= 200; id++) {
        add_folder(fixture, id, 0);
    }
    json_auto_t *answer = list(fixture, "folders", "");
    const json_t *folders = json_object_get(answer, "scenariosFolders");
    assert_int_equal(json_array_size(folders), 200);
    /* The folders that are listed, folders as what others are below, scenarios. The trash is asked
     * for by nobody. */
    assert_int_equal(lists, 3);
    assert_int_equal(views, 200);
}

static void what_is_below_is_counted_through_all_levels(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t id = 1; id <= 50; id++) {
        add_folder(fixture, id, id - 1);
    }
    json_auto_t *answer = list(fixture, "folders", "parentId=49");
    const json_t *last = json_array_get(json_object_get(answer, "scenariosFolders"), 0);
    assert_int_equal(json_integer_value(json_object_get(last, "scenariosSubtreeTotal")), 1);
    json_auto_t *top = list(fixture, "folders", "");
    const json_t *first = json_array_get(json_object_get(top, "scenariosFolders"), 0);
    assert_int_equal(json_integer_value(json_object_get(first, "scenariosTotal")), 1);
    assert_int_equal(json_integer_value(json_object_get(first, "scenariosSubtreeTotal")), 50);
    assert_true(json_is_true(json_object_get(first, "hasChildren")));
}

static void a_page_computes_what_it_shows_and_no_more(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t id = 1; id <= 200; id++) {
        add_folder(fixture, id, 0);
    }
    json_auto_t *answer = list(fixture, "folders", "pg%5Boffset%5D=100&pg%5Blimit%5D=5");
    const json_t *folders = json_object_get(answer, "scenariosFolders");
    assert_int_equal(json_array_size(folders), 5);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(folders, 0), "id")), 101);
    assert_int_equal(views, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_reads_each_collection_once_however_long_it_is,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_below_is_counted_through_all_levels, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_page_computes_what_it_shows_and_no_more, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
