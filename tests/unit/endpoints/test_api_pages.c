/* What holds for each list of Make's API: its pages, its order, its columns and its keys. */
#include "tests/unit/endpoints/steps.h"

#define LISTS_MIN 40

struct list {
    struct api *api;
    const struct collection *collection;
    const char *call; /* "GET /scenarios" */
    const char *key;  /* the member that names a document */
    json_t *whole;    /* all documents, in the list's own order; borrowed */
};

static json_t *rows_of(const struct list *list, const char *query)
{
    const char *call = arena_printf(list->api->arena, "%s%s", list->call, query);
    json_t *rows = json_object_get(api_ok(list->api, OWNER, call, NULL), list->collection->many);
    if (!json_is_array(rows)) {
        fail_msg("%s: no %s", call, list->collection->many);
    }
    return rows;
}

/* `test` with each collection that is listed, by the first operation that lists it. */
static void each_list(struct api *api, void (*test)(const struct list *list))
{
    size_t count, lists = 0;
    catalogue_read(api->world->catalogue);
    const struct operation *operations = catalogue_operations(api->world->catalogue, &count);
    json_auto_t *seen = json_object();
    for (size_t i = 0; i < count; i++) {
        const struct collection *collection = operations[i].collection;
        if (operations[i].verb != VERB_LIST || operations[i].is_beyond ||
            json_object_get(seen, collection->name) != NULL) {
            continue;
        }
        json_object_set_new(seen, collection->name, json_true());
        struct list list = {.api = api,
                            .collection = collection,
                            .call = path_call(api, &operations[i], NULL),
                            .key = json_string_value(json_array_get(collection->key, 0))};
        list.whole = rows_of(&list, "");
        test(&list);
        lists++;
    }
    assert_true(lists >= LISTS_MIN);
}

/* -- pages ------------------------------------------------------------------------------------- */

/* What an answer says of a page of one document from there on, in the list's own order. */
static json_t *page_told(const struct list *list, size_t offset)
{
    const json_t *sorted = list->collection->sorted;
    json_t *page =
        json_pack("{s:i, s:s, s:I}", "limit", 1, "sortDir",
                  sorted == NULL ? "asc" : text_of(sorted, "dir"), "offset", (json_int_t)offset);
    if (sorted != NULL) {
        json_object_set(page, "sortBy", json_object_get(sorted, "by"));
    }
    return page;
}

static void check_pages(const struct list *list)
{
    for (size_t i = 0; i <= json_array_size(list->whole); i++) {
        const char *call =
            arena_printf(list->api->arena, "%s?pg[limit]=1&pg[offset]=%zu", list->call, i);
        json_t *page = api_ok(list->api, OWNER, call, NULL);
        json_auto_t *rows = json_array();
        if (i < json_array_size(list->whole)) {
            json_array_append(rows, json_array_get(list->whole, i));
        }
        json_auto_t *told = page_told(list, i);
        if (!json_equal(json_object_get(page, list->collection->many), rows) ||
            !json_equal(json_object_get(page, "pg"), told)) {
            fail_msg("%s: another page", call);
        }
    }
}

static void a_list_comes_in_pages_which_together_are_the_whole(void **state)
{
    each_list(*state, check_pages);
}

/* -- order ------------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    if (json_is_string(left)) {
        return strcmp(json_string_value(left), json_string_value(right));
    }
    json_int_t first = json_integer_value(left), second = json_integer_value(right);
    return first < second ? -1 : first > second;
}

/* The keys of the whole list, from the lowest to the highest or the other way round. */
static json_t *sorted_keys(const struct list *list, bool ascending)
{
    size_t count = json_array_size(list->whole);
    json_t **keys = arena_alloc(list->api->arena, (count + 1) * sizeof(*keys));
    for (size_t i = 0; i < count; i++) {
        keys[i] = json_object_get(json_array_get(list->whole, i), list->key);
    }
    qsort(keys, count, sizeof(*keys), compare_keys);
    json_t *sorted = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append(sorted, keys[ascending ? i : count - 1 - i]);
    }
    return sorted;
}

static void check_direction(const struct list *list, bool ascending, const char *more)
{
    const char *query = arena_printf(list->api->arena, "?pg[sortBy]=%s%s", list->key, more);
    const char *each = arena_printf(list->api->arena, "/*/%s", list->key);
    json_auto_t *keys = json_at(rows_of(list, query), each);
    json_auto_t *sorted = sorted_keys(list, ascending);
    if (!json_equal(keys, sorted)) {
        fail_msg("%s%s: another order", list->call, query);
    }
}

static void check_order(const struct list *list)
{
    check_direction(list, true, "");
    check_direction(list, false, "&pg[sortDir]=desc");
    api_refused(list->api, OWNER, arena_printf(list->api->arena, "%s?pg[sortBy]=nope", list->call),
                NULL, 400, "IM005", "^pg\\[sortBy\\]: 'nope' is no column");
}

static void a_list_comes_in_the_order_that_was_asked_for(void **state)
{
    each_list(*state, check_order);
}

/* -- columns and keys -------------------------------------------------------------------------- */

static void check_columns(const struct list *list)
{
    json_auto_t *wanted = json_array();
    size_t index;
    json_t *row;
    json_array_foreach(list->whole, index, row)
    {
        json_array_append_new(wanted,
                              json_pack("{s:O}", list->key, json_object_get(row, list->key)));
    }
    const char *query = arena_printf(list->api->arena, "?cols[]=%s", list->key);
    if (!json_equal(rows_of(list, query), wanted)) {
        fail_msg("%s%s: other columns", list->call, query);
    }
    api_refused(list->api, OWNER, arena_printf(list->api->arena, "%s?cols[]=nope", list->call),
                NULL, 400, "IM005",
                arena_printf(list->api->arena, "^cols\\[\\]: 'nope' is no column of %s",
                             list->collection->name));
}

static void a_list_comes_in_columns(void **state)
{
    each_list(*state, check_columns);
}

static void check_keys(const struct list *list)
{
    size_t index;
    json_t *row;
    json_array_foreach(list->whole, index, row)
    {
        const json_t *key = json_object_get(row, list->key);
        json_type type = list->collection->key_kind == KEY_INTEGER ? JSON_INTEGER : JSON_STRING;
        if (key == NULL || json_typeof(key) != type) {
            fail_msg("%s: %s of another type", list->call, list->key);
        }
    }
}

static void keys_in_lists_are_of_the_type_that_the_collection_has(void **state)
{
    each_list(*state, check_keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_comes_in_pages_which_together_are_the_whole),
        TEST(a_list_comes_in_the_order_that_was_asked_for),
        TEST(a_list_comes_in_columns),
        TEST(keys_in_lists_are_of_the_type_that_the_collection_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
