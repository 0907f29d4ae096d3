#include "server/documents/listing.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/documents/pass.h"

#define LIMIT 10000 /* documents in one answer, unless the query asks for fewer */

static struct arena *arena_of(const struct listing *listing)
{
    return listing->view.world->arena;
}

static struct verdict read_number(const struct listing *listing, const char *name,
                                  int64_t otherwise, int64_t *number)
{
    const char *text = form_get(listing->view.query, name);
    *number = otherwise;
    if (text == NULL || str_to_int64(text, 0, LIMIT, number)) {
        return ALLOWED;
    }
    return input_refuse(arena_of(listing), name,
                        arena_printf(arena_of(listing), "'%s' is no number", text),
                        "a number from 0 to 10000");
}

static struct verdict read_paging(const struct listing *listing, struct paging *paging)
{
    const struct collection *collection = listing->view.collection;
    const char *direction = form_get(listing->view.query, "pg[sortDir]");
    *paging = (struct paging){.sort_by = form_get(listing->view.query, "pg[sortBy]")};
    if (paging->sort_by == NULL && direction == NULL) {
        paging->sort_by = json_string_value(json_object_get(collection->sorted, "by"));
        direction = json_string_value(json_object_get(collection->sorted, "dir"));
        paging->is_latest_first = str_equal(direction, "desc");
    }
    TRY(read_number(listing, "pg[offset]", 0, &paging->offset));
    TRY(read_number(listing, "pg[limit]", LIMIT, &paging->limit));
    if (direction != NULL && !str_equal(direction, "asc") && !str_equal(direction, "desc")) {
        return input_refuse(arena_of(listing), "pg[sortDir]",
                            arena_printf(arena_of(listing), "'%s' is no direction", direction),
                            "asc or desc");
    }
    paging->is_descending = str_equal(direction, "desc");
    if (paging->sort_by != NULL && json_object_get(collection->fresh, paging->sort_by) == NULL) {
        return input_refuse(arena_of(listing), "pg[sortBy]",
                            arena_printf(arena_of(listing), "'%s' is no column", paging->sort_by),
                            "a column of the collection");
    }
    return ALLOWED;
}

static struct verdict list_all(const struct listing *listing, struct arena *arena,
                               const struct document_row **rows, size_t *count)
{
    const struct documents_filter filter = {
        .collection = listing->view.collection->name,
        .parent = listing->parent,
        .organization = listing->organization,
        .team = listing->team,
    };
    return documents_list(listing->view.world->tenant->db, &filter, arena, rows, count) == 0
               ? ALLOWED
               : error_store_broken();
}

struct verdict listing_rows(const struct listing *listing, const struct document_row **rows,
                            size_t *count)
{
    const struct paging everything = {.limit = LIMIT};
    AUTO(pass_end) struct pass pass = {0};
    const struct document_row *all;
    size_t all_count;
    TRY(pass_begin(listing, &everything, &pass));
    TRY(list_all(listing, arena_of(listing), &all, &all_count));
    struct document_row *found = arena_alloc(arena_of(listing), (all_count + 1) * sizeof(*found));
    *count = 0;
    for (size_t i = 0; i < all_count; i++) {
        json_auto_t *json = NULL;
        bool is_listed;
        TRY(pass_look(&pass, &all[i], &is_listed, &json));
        if (is_listed) {
            found[(*count)++] = all[i];
        }
    }
    *rows = found;
    return ALLOWED;
}

/* The page on its way out. */
struct page {
    const struct pass *pass;
    struct heap_text *text;
    size_t count;
};

static struct verdict put(struct page *page, const struct document_row *row, json_t *looked_at)
{
    json_auto_t *shown = NULL;
    TRY(pass_show(page->pass, row, looked_at, &shown));
    heap_text_put(page->text, ",", page->count++ > 0);
    heap_text_put_json(page->text, shown);
    return ALLOWED;
}

/* In the order of the rows: what is behind the page is not looked at. */
static struct verdict put_in_order(struct page *page, const struct document_row *rows, size_t count)
{
    const struct paging *paging = &page->pass->paging;
    int64_t place = 0;
    for (size_t i = 0; i < count && place < paging->offset + paging->limit; i++) {
        json_auto_t *json = NULL;
        bool is_listed;
        TRY(pass_look(page->pass, &rows[i], &is_listed, &json));
        if (is_listed && place++ >= paging->offset) {
            TRY(put(page, &rows[i], json));
        }
    }
    return ALLOWED;
}

struct sorted {
    const struct document_row *row; /* what is equal stays in the order of the rows */
    json_t *value;                  /* that it is sorted by; a reference */
};

struct sorting {
    struct sorted *items;
    size_t count;
};

static void sorting_end(struct sorting *sorting)
{
    for (size_t i = 0; i < sorting->count; i++) {
        json_decref(sorting->items[i].value);
    }
}

static int compare_values(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) {
        double left = json_number_value(a);
        double right = json_number_value(b);
        return (left > right) - (left < right);
    }
    if (json_is_boolean(a) && json_is_boolean(b)) {
        return json_is_true(a) - json_is_true(b);
    }
    const char *left = json_string_value(a);
    const char *right = json_string_value(b);
    return strcmp(left != NULL ? left : "", right != NULL ? right : "");
}

static int compare(const void *a, const void *b, void *context)
{
    const struct paging *paging = context;
    const struct sorted *left = a;
    const struct sorted *right = b;
    int order = compare_values(left->value, right->value);
    if (order == 0) {
        return (left->row < right->row) != paging->is_latest_first ? -1 : 1;
    }
    return paging->is_descending ? -order : order;
}

static struct verdict put_sorted(struct page *page, const struct document_row *rows, size_t count)
{
    struct paging paging = page->pass->paging;
    AUTO(sorting_end)
    struct sorting sorting = {
        .items = arena_alloc(arena_of(page->pass->listing), (count + 1) * sizeof(struct sorted))};
    for (size_t i = 0; i < count; i++) {
        json_auto_t *json = NULL;
        bool is_listed;
        TRY(pass_look(page->pass, &rows[i], &is_listed, &json));
        if (is_listed) {
            json_t *value = json_object_get(json, paging.sort_by);
            sorting.items[sorting.count++] = (struct sorted){&rows[i], json_incref(value)};
        }
    }
    qsort_r(sorting.items, sorting.count, sizeof(*sorting.items), compare, &paging);
    size_t begin = (size_t)paging.offset;
    for (size_t i = begin; i < sorting.count && i < begin + (size_t)paging.limit; i++) {
        TRY(put(page, sorting.items[i].row, NULL));
    }
    return ALLOWED;
}

static json_t *describe(const struct paging *paging)
{
    json_t *pg = json_object();
    json_put_text(pg, "sortBy", paging->sort_by);
    json_object_set_new(pg, "limit", json_integer(paging->limit));
    json_object_set_new(pg, "sortDir", json_string(paging->is_descending ? "desc" : "asc"));
    json_object_set_new(pg, "offset", json_integer(paging->offset));
    return pg;
}

static void put_text(struct heap_text *text, const char *words)
{
    heap_text_put(text, words, strlen(words));
}

struct verdict listing_page(const struct listing *listing, struct heap_text *text)
{
    AUTO(pass_end) struct pass pass = {0};
    AUTO(arena_drop) struct arena *apart = arena_new(); /* of the rows */
    struct paging paging = {0};
    const struct document_row *rows;
    size_t count;
    struct page page = {.pass = &pass, .text = text};
    const char *name;
    json_t *value;
    TRY(read_paging(listing, &paging));
    TRY(pass_begin(listing, &paging, &pass));
    TRY(list_all(listing, apart, &rows, &count));
    put_text(text, arena_printf(arena_of(listing), "{\"%s\":[", listing->view.collection->many));
    TRY(paging.sort_by != NULL ? put_sorted(&page, rows, count) : put_in_order(&page, rows, count));
    json_auto_t *pg = describe(&paging);
    put_text(text, "],\"pg\":");
    heap_text_put_json(text, pg);
    json_object_foreach(listing->more, name, value)
    {
        put_text(text, arena_printf(arena_of(listing), ",\"%s\":", name));
        heap_text_put_json(text, value);
    }
    put_text(text, "}");
    return ALLOWED;
}
