/* Lists: what of a collection is shown, in which order, and how much of it (pg[...]). */
#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/may.h"
#include "server/make/search.h"
#include "server/make/verbs.h"
#include "server/make/view.h"

#define LIMIT 10000 /* documents in one answer, unless the query asks for fewer */

struct paging {
    int64_t offset, limit;
    const char *sort_by;
    bool is_descending;
    bool is_latest_first; /* of what is equal */
};

static struct verdict read_number(const struct api *api, const char *name, int64_t otherwise,
                                  int64_t *number)
{
    const char *text = form_get(api->query, name);
    *number = otherwise;
    if (text == NULL || str_to_int64(text, 0, LIMIT, number)) {
        return ALLOWED;
    }
    return api_refuse_input(api->arena, name, arena_printf(api->arena, "'%s' is no number", text),
                            "a number from 0 to 10000");
}

static struct verdict read_paging(const struct api *api, struct paging *paging)
{
    const struct collection *collection = api->match->operation->collection;
    const char *direction = form_get(api->query, "pg[sortDir]");
    *paging = (struct paging){.sort_by = form_get(api->query, "pg[sortBy]")};
    if (paging->sort_by == NULL && direction == NULL) {
        paging->sort_by = json_string_value(json_object_get(collection->sorted, "by"));
        direction = json_string_value(json_object_get(collection->sorted, "dir"));
        paging->is_latest_first = str_equal(direction, "desc");
    }
    TRY(read_number(api, "pg[offset]", 0, &paging->offset));
    TRY(read_number(api, "pg[limit]", LIMIT, &paging->limit));
    if (direction != NULL && !str_equal(direction, "asc") && !str_equal(direction, "desc")) {
        return api_refuse_input(api->arena, "pg[sortDir]",
                                arena_printf(api->arena, "'%s' is no direction", direction),
                                "asc or desc");
    }
    paging->is_descending = str_equal(direction, "desc");
    if (paging->sort_by != NULL && json_object_get(collection->fresh, paging->sort_by) == NULL) {
        return api_refuse_input(api->arena, "pg[sortBy]",
                                arena_printf(api->arena, "'%s' is no column", paging->sort_by),
                                "a column of the collection");
    }
    return ALLOWED;
}

static bool is_value(const struct api *api, const json_t *value, const char *text)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (str_equal(json_string_value(json_array_get(value, i)), text)) {
            return true;
        }
    }
    if (json_is_string(value)) {
        return str_equal(json_string_value(value), text);
    }
    return str_equal(json_text(api->arena, value, NULL), text);
}

/* The member that a query parameter is about: "type[]" may be named twice, and stands for what bodies call type. */
static const char *member_of(const struct api *api, const char *name)
{
    const struct collection *collection = api->match->operation->collection;
    const char *bare =
        str_ends(name, "[]") ? arena_strndup(api->arena, name, strlen(name) - 2) : name;
    const char *renamed = json_string_value(json_object_get(collection->rename, bare));
    bool is_member = json_object_get(collection->fresh, bare) != NULL;
    return is_member || renamed == NULL ? bare : renamed;
}

static struct verdict has_value(const struct api *api, const struct search *search,
                                const char *member, const json_t *value, bool *has)
{
    const struct collection *collection = api->match->operation->collection;
    const char *how = json_string_value(json_object_get(collection->search, member));
    *has = false;
    for (size_t i = 0; i < api->query->count; i++) {
        const struct form_field *field = &api->query->fields[i];
        if (*has || !str_equal(member_of(api, field->name), member)) {
            continue;
        }
        if (how != NULL) {
            TRY(search_fits(api, search, i, value, has));
        } else {
            *has = is_value(api, value, field->value);
        }
    }
    return ALLOWED;
}

/* ?assigned=true: whether the member that is asked for is there. */
static bool fits_asked(const struct api *api, const json_t *json)
{
    const struct collection *collection = api->match->operation->collection;
    const char *word;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)collection->asked, word, member)
    {
        const char *text = form_get(api->query, word);
        bool is_there = !json_is_null(json_object_get(json, json_string_value(member)));
        if (text != NULL && str_equal(text, "true") != is_there) {
            return false;
        }
    }
    return true;
}

static struct verdict fits_query(const struct api *api, const struct search *search,
                                 const json_t *json, bool *fits)
{
    const struct collection *collection = api->match->operation->collection;
    *fits = true;
    for (size_t i = 0; i < api->query->count && *fits; i++) {
        const char *member = member_of(api, api->query->fields[i].name);
        if (json_object_get(collection->fresh, member) != NULL) {
            TRY(has_value(api, search, member, json_object_get(json, member), fits));
        }
    }
    return ALLOWED;
}

/* Values of the path that do not say what the documents are part of. */
static bool fits_path(const struct api *api, const struct subject *subject, const json_t *json)
{
    const struct collection *collection = api->match->operation->collection;
    for (size_t i = 0; i < api->match->count && !subject->has_parent; i++) {
        const char *member = api->match->values[i].name;
        if (json_object_get(collection->fresh, member) != NULL &&
            !is_value(api, json_object_get(json, member), api->match->values[i].value)) {
            return false;
        }
    }
    return true;
}

/* Of documents that are in each other a list has the top ones, unless the query says which. */
static bool fits_level(const struct api *api, const json_t *json)
{
    const json_t *nested = api->match->operation->collection->nested;
    const char *by = json_string_value(json_object_get(nested, "by"));
    return by == NULL || form_get(api->query, by) != NULL ||
           json_is_null(json_object_get(json, by));
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

static json_t *sort(const struct api *api, const json_t *list, struct paging *paging)
{
    size_t count = json_array_size(list);
    struct sorted *items = arena_alloc(api->arena, (count + 1) * sizeof(*items));
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

static struct verdict complete(const struct api *api, const struct document_row *row, json_t **json)
{
    json_auto_t *stored = stored_json(row);
    return view_complete(api, api->match->operation->collection, stored, json);
}

/* Those that are listed; `list` (NULL: nobody asks) gets them as queries see them. */
static struct verdict gather(const struct api *api, const struct subject *subject,
                             const struct document_row **rows, size_t *count, json_t *list)
{
    const struct collection *collection = api->match->operation->collection;
    const struct documents_filter filter = {
        .collection = collection->name,
        .parent = subject->has_parent ? subject->parent : NULL,
        .organization = subject->organization,
        .team = subject->team,
    };
    const struct document_row *all;
    size_t all_count;
    AUTO(search_close) struct search search = {0};
    TRY(search_open(api, collection, &search));
    if (documents_list(api->tenant->db, &filter, api->arena, &all, &all_count) != 0) {
        return error_store_broken();
    }
    struct document_row *kept = arena_alloc(api->arena, (all_count + 1) * sizeof(*kept));
    *count = 0;
    for (size_t i = 0; i < all_count; i++) {
        json_auto_t *json = NULL;
        bool fits;
        if (!may_see(api, &all[i])) {
            continue;
        }
        TRY(complete(api, &all[i], &json));
        TRY(fits_query(api, &search, json, &fits));
        if (fits && fits_asked(api, json) && fits_path(api, subject, json) &&
            fits_level(api, json)) {
            kept[(*count)++] = all[i];
            json_array_append(list, json);
        }
    }
    *rows = kept;
    return ALLOWED;
}

struct verdict verb_rows(const struct api *api, const struct subject *subject,
                         const struct document_row **rows, size_t *count)
{
    return gather(api, subject, rows, count, NULL);
}

static struct verdict cut(const struct api *api, const json_t *list, const struct paging *paging,
                          json_t *page)
{
    const struct collection *collection = api->match->operation->collection;
    size_t begin = (size_t)paging->offset;
    for (size_t i = begin; i < json_array_size(list) && i < begin + (size_t)paging->limit; i++) {
        json_auto_t *view = NULL;
        TRY(view_document(api, collection, json_array_get(list, i), &view));
        json_array_append(page, view);
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

struct verdict verb_list(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    struct paging paging;
    const struct document_row *rows;
    size_t count;
    json_auto_t *nothing = json_object();
    json_auto_t *list = json_array();
    json_auto_t *page = json_array();
    json_auto_t *view = NULL;
    TRY(read_paging(api, &paging));
    TRY(view_document(api, api->match->operation->collection, nothing, &view)); /* the columns */
    TRY(gather(api, subject, &rows, &count, list));
    json_auto_t *sorted = paging.sort_by != NULL ? sort(api, list, &paging) : json_incref(list);
    TRY(cut(api, sorted, &paging, page));
    answer->json = json_object();
    json_object_set(answer->json, api->match->operation->collection->many, page);
    json_object_set_new(answer->json, "pg", describe(&paging));
    return ALLOWED;
}
