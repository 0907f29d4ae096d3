#include "server/documents/listing.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/documents/search.h"
#include "server/documents/show.h"

#define LIMIT 10000 /* documents in one answer, unless the query asks for fewer */

struct paging {
    int64_t offset, limit;
    const char *sort_by;
    bool is_descending;
    bool is_latest_first; /* of what is equal */
};

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

static bool is_value(const struct listing *listing, const json_t *value, const char *text)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (str_equal(json_string_value(json_array_get(value, i)), text)) {
            return true;
        }
    }
    if (json_is_string(value)) {
        return str_equal(json_string_value(value), text);
    }
    return str_equal(json_text(arena_of(listing), value, NULL), text);
}

/* The member that a query parameter is about: "type[]" may be named twice, and stands for what
 * bodies call type. */
static const char *member_of(const struct listing *listing, const char *name)
{
    const struct collection *collection = listing->view.collection;
    const char *bare =
        str_ends(name, "[]") ? arena_strndup(arena_of(listing), name, strlen(name) - 2) : name;
    const char *renamed = json_string_value(json_object_get(collection->rename, bare));
    bool is_member = json_object_get(collection->fresh, bare) != NULL;
    return is_member || renamed == NULL ? bare : renamed;
}

static struct verdict has_value(const struct listing *listing, const struct search *search,
                                const char *member, const json_t *value, bool *has)
{
    const struct form *query = listing->view.query;
    bool is_searched = search_has(listing->view.collection, member);
    *has = false;
    for (size_t i = 0; i < query->count; i++) {
        if (*has || !str_equal(member_of(listing, query->fields[i].name), member)) {
            continue;
        }
        if (is_searched) {
            TRY(search_fits(search, i, value, has));
        } else {
            *has = is_value(listing, value, query->fields[i].value);
        }
    }
    return ALLOWED;
}

static struct verdict fits_query(const struct listing *listing, const struct search *search,
                                 const json_t *json, bool *fits)
{
    const struct collection *collection = listing->view.collection;
    *fits = true;
    for (size_t i = 0; i < listing->view.query->count && *fits; i++) {
        const char *member = member_of(listing, listing->view.query->fields[i].name);
        if (json_object_get(collection->fresh, member) != NULL) {
            TRY(has_value(listing, search, member, json_object_get(json, member), fits));
        }
    }
    return ALLOWED;
}

static bool fits_path(const struct listing *listing, const json_t *json)
{
    size_t count = listing->match != NULL ? listing->match->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct path_value *value = &listing->match->values[i];
        if (json_object_get(listing->view.collection->fresh, value->name) != NULL &&
            !is_value(listing, json_object_get(json, value->name), value->value)) {
            return false;
        }
    }
    return true;
}

struct sorted {
    json_t *item;
    size_t place; /* before: what is equal stays in order */
};

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
    int order = compare_values(json_object_get(left->item, paging->sort_by),
                               json_object_get(right->item, paging->sort_by));
    if (order == 0) {
        return (left->place < right->place) != paging->is_latest_first ? -1 : 1;
    }
    return paging->is_descending ? -order : order;
}

static json_t *sort(const struct listing *listing, const json_t *list, struct paging *paging)
{
    size_t count = json_array_size(list);
    struct sorted *items = arena_alloc(arena_of(listing), (count + 1) * sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct sorted){json_array_get(list, i), i};
    }
    qsort_r(items, count, sizeof(*items), compare, paging);
    json_t *sorted = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append(sorted, items[i].item);
    }
    return sorted;
}

/* Those that are listed; `list` (NULL: nobody asks) gets them as queries see them. */
static struct verdict gather(const struct listing *listing, const struct document_row **rows,
                             size_t *count, json_t *list)
{
    const struct world *world = listing->view.world;
    const struct documents_filter filter = {
        .collection = listing->view.collection->name,
        .parent = listing->parent,
        .organization = listing->organization,
        .team = listing->team,
    };
    const struct document_row *all;
    size_t all_count;
    AUTO(search_close) struct search search = {0};
    TRY(search_open(world->arena, listing->view.collection, listing->view.query, &search));
    if (documents_list(world->tenant->db, &filter, world->arena, &all, &all_count) != 0) {
        return error_store_broken();
    }
    struct document_row *kept = arena_alloc(world->arena, (all_count + 1) * sizeof(*kept));
    *count = 0;
    for (size_t i = 0; i < all_count; i++) {
        json_auto_t *json = NULL;
        bool fits;
        if (!listing->is_shown(listing->to, &all[i])) {
            continue;
        }
        json_auto_t *stored = stored_json(&all[i]);
        TRY(view_complete(&listing->view, stored, &json));
        TRY(fits_query(listing, &search, json, &fits));
        if (fits && fits_path(listing, json) && show_is_listed(&listing->view, json)) {
            kept[(*count)++] = all[i];
            json_array_append(list, json);
        }
    }
    *rows = kept;
    return ALLOWED;
}

struct verdict listing_rows(const struct listing *listing, const struct document_row **rows,
                            size_t *count)
{
    return gather(listing, rows, count, NULL);
}

static struct verdict cut(const struct listing *listing, const json_t *list,
                          const struct paging *paging, json_t *page)
{
    size_t begin = (size_t)paging->offset;
    for (size_t i = begin; i < json_array_size(list) && i < begin + (size_t)paging->limit; i++) {
        json_auto_t *shown = NULL;
        TRY(show_document(&listing->view, json_array_get(list, i), &shown));
        json_array_append(page, shown);
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

struct verdict listing_page(const struct listing *listing, json_t **page, json_t **pg)
{
    struct paging paging = {0};
    const struct document_row *rows;
    size_t count;
    json_auto_t *nothing = json_object();
    json_auto_t *list = json_array();
    json_auto_t *shown = json_array();
    json_auto_t *columns = NULL;
    TRY(read_paging(listing, &paging));
    TRY(show_document(&listing->view, nothing, &columns)); /* which are none? */
    TRY(gather(listing, &rows, &count, list));
    json_auto_t *sorted = paging.sort_by != NULL ? sort(listing, list, &paging) : json_incref(list);
    TRY(cut(listing, sorted, &paging, shown));
    *page = json_incref(shown);
    *pg = describe(&paging);
    return ALLOWED;
}
