#include "server/documents/view.h"

#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/documents/computed.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"

#define LEVEL_MAX 100 /* of documents inside each other in an answer */

static struct verdict refuse_column(const struct view *view, const char *column)
{
    struct nearest nearest;
    nearest_init(&nearest, column);
    struct str_buf names;
    str_buf_init(&names, view->world->arena);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)view->collection->fresh, name, value)
    {
        nearest_offer(&nearest, name);
        str_buf_printf(&names, "%s%s", names.size > 0 ? ", " : "", name);
    }
    json_object_foreach((json_t *)(uintptr_t)view->collection->computed, name, value)
    {
        nearest_offer(&nearest, name);
    }
    const char *meant = nearest_text(&nearest);
    return input_refuse(view->world->arena, "cols[]",
                        arena_printf(view->world->arena, "'%s' is no column of %s%s%s%s", column,
                                     view->collection->name,
                                     meant != NULL ? "; did you mean '" : "",
                                     meant != NULL ? meant : "", meant != NULL ? "'?" : ""),
                        str_buf_text(&names));
}

/* What depends on more than the document is made when it is shown. */
static void fill_shown(const struct view *view, json_t *whole)
{
    const char *name;
    json_t *value;
    int64_t id = json_integer_value(json_object_get(whole, "id"));
    json_object_foreach((json_t *)(uintptr_t)view->collection->shown, name, value)
    {
        if (json_is_null(json_object_get(whole, name))) {
            json_object_set_new(whole, name, fill(view->world, value, id, NULL));
        }
    }
}

static bool is_whole(const struct view *view)
{
    return form_count(view->query, "cols[]") == 0 || form_has(view->query, "cols[]", "*");
}

bool view_computes(const struct collection *collection)
{
    const char *name;
    json_t *how;
    json_object_foreach((json_t *)(uintptr_t)collection->computed, name, how)
    {
        if (json_object_get(collection->fresh, name) != NULL) {
            return true;
        }
    }
    return false;
}

struct verdict view_complete(const struct view *view, json_t *json, json_t **whole)
{
    const char *name;
    json_t *how;
    json_auto_t *made = json_copy(json);
    fill_shown(view, made);
    json_object_foreach((json_t *)(uintptr_t)view->collection->computed, name, how)
    {
        json_t *value = NULL;
        if (json_object_get(view->collection->fresh, name) != NULL) {
            TRY(computed_value(view->world, view->collection, json, how, &value));
            json_object_set_new(made, name, value);
        }
    }
    *whole = json_incref(made);
    return ALLOWED;
}

/* Of all that can be computed, an answer without columns has what every document has. */
static struct verdict compute(const struct view *view, json_t *whole)
{
    const char *name;
    json_t *how;
    json_object_foreach((json_t *)(uintptr_t)view->collection->computed, name, how)
    {
        bool is_wanted = is_whole(view) ? json_object_get(view->collection->fresh, name) != NULL
                                        : form_has(view->query, "cols[]", name);
        json_t *value = NULL;
        if (is_wanted && json_object_size(whole) > 0) {
            TRY(computed_value(view->world, view->collection, whole, how, &value));
            json_object_set_new(whole, name, value);
        }
    }
    return ALLOWED;
}

static const char *children_of(const struct collection *collection)
{
    return json_string_value(json_object_get(collection->nested, "as"));
}

static bool is_column(const struct collection *collection, const char *name)
{
    return json_object_get(collection->fresh, name) != NULL ||
           json_object_get(collection->computed, name) != NULL;
}

/* The columns of the query, or all. */
static struct verdict choose(const struct view *view, json_t *whole, json_t *shown)
{
    if (is_whole(view)) {
        json_object_update(shown, whole);
        return ALLOWED;
    }
    for (size_t i = 0; i < view->query->count; i++) {
        const char *column = view->query->fields[i].value;
        if (!str_equal(view->query->fields[i].name, "cols[]") ||
            str_equal(column, children_of(view->collection))) {
            continue;
        }
        if (!is_column(view->collection, column)) {
            return refuse_column(view, column);
        }
        json_object_set(shown, column, json_object_get(whole, column));
    }
    return ALLOWED;
}

static struct verdict show(const struct view *view, int level, json_t *json, json_t *shown);

/* Those that name `json` as what they are in, as they are shown. */
static struct verdict list_children(const struct view *view, int level, const json_t *json,
                                    json_t *list)
{
    const char *by = json_string_value(json_object_get(view->collection->nested, "by"));
    const json_t *team = json_object_get(json, owner_members[OWNER_TEAM]);
    const struct documents_filter filter = {.collection = view->collection->name,
                                            .team = json_integer_value(team)};
    const struct document_row *rows;
    size_t count;
    if (documents_list(view->world->tenant->db, &filter, view->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        json_auto_t *child = stored_json(&rows[i]);
        if (json_equal(json_object_get(child, by), json_object_get(json, "id"))) {
            json_t *shown = json_object();
            json_array_append_new(list, shown);
            TRY(show(view, level + 1, child, shown));
        }
    }
    return ALLOWED;
}

/* One level of them, or all (?childrenDepth=all). A column that was asked for is there at each level. */
static struct verdict add_children(const struct view *view, int level, const json_t *json,
                                   json_t *shown)
{
    const char *name = children_of(view->collection);
    const char *parameter = json_string_value(json_object_get(view->collection->nested, "depth"));
    const char *depth = name != NULL ? form_get(view->query, parameter) : NULL;
    bool is_asked_for = name != NULL && form_has(view->query, "cols[]", name);
    json_auto_t *list = json_array();
    if (depth != NULL && !str_equal(depth, "all")) {
        return input_refuse(view->world->arena, parameter,
                            arena_printf(view->world->arena, "'%s' is no depth", depth),
                            "all, or nothing for one level");
    }
    if (name == NULL || (!is_asked_for && !is_whole(view)) || level == LEVEL_MAX) {
        return ALLOWED;
    }
    if (level == 0 || depth != NULL) {
        TRY(list_children(view, level, json, list));
    }
    if (is_asked_for || json_array_size(list) > 0) {
        json_object_set(shown, name, list);
    }
    return ALLOWED;
}

void view_omit(const struct collection *collection, json_t *shown)
{
    for (size_t i = 0; i < json_array_size(collection->optional); i++) {
        const char *name = json_string_value(json_array_get(collection->optional, i));
        if (json_is_null(json_object_get(shown, name))) {
            json_object_del(shown, name);
        }
    }
}

static struct verdict show(const struct view *view, int level, json_t *json, json_t *shown)
{
    json_auto_t *whole = json_copy(json);
    fill_shown(view, whole);
    TRY(compute(view, whole));
    TRY(choose(view, whole, shown));
    view_omit(view->collection, shown);
    return add_children(view, level, json, shown);
}

struct verdict view_document(const struct view *view, json_t *json, json_t **shown)
{
    json_auto_t *made = json_object();
    TRY(show(view, 0, json, made));
    *shown = json_incref(made);
    return ALLOWED;
}
