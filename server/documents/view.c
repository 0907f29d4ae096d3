#include "server/documents/view.h"

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/documents/computed.h"
#include "server/documents/input.h"

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
    size_t count;
    const struct computed_row *rows = computed_of(view->collection, &count);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, rows[i].member);
    }
    const char *meant = nearest_text(&nearest);
    return input_refuse(view->world->arena, "cols[]",
                        arena_printf(view->world->arena, "'%s' is no column of %s%s%s%s", column,
                                     view->collection->name,
                                     meant != NULL ? "; did you mean '" : "",
                                     meant != NULL ? meant : "", meant != NULL ? "'?" : ""),
                        str_buf_text(&names));
}

bool view_is_whole(const struct view *view)
{
    return form_count(view->query, "cols[]") == 0 || form_has(view->query, "cols[]", "*");
}

bool view_computes(const struct collection *collection)
{
    size_t count;
    const struct computed_row *rows = computed_of(collection, &count);
    for (size_t i = 0; i < count; i++) {
        if (computed_is_always(collection, &rows[i])) {
            return true;
        }
    }
    return false;
}

/* One member of `whole`, from what the document is without it. */
static struct verdict compute_one(const struct view *view, const struct computed_row *row,
                                  json_t *whole)
{
    json_t *value = NULL;
    const struct source source = {view->world, view->readings, view->collection, whole};
    TRY(row->make(&source, &value));
    json_object_set_new(whole, row->member, value);
    return ALLOWED;
}

/* A view that knows what was read before; the caller's own, if that knows nothing. */
static struct view with_readings(const struct view *view, struct readings **own)
{
    struct view known = *view;
    if (known.readings == NULL) {
        *own = readings_new(view->world);
        known.readings = *own;
    }
    return known;
}

struct verdict view_complete(const struct view *view, json_t *json, json_t **whole)
{
    AUTO(readings_drop) struct readings *own = NULL;
    const struct view known = with_readings(view, &own);
    size_t count;
    const struct computed_row *rows = computed_of(view->collection, &count);
    json_auto_t *made = json_copy(json);
    for (size_t i = 0; i < count; i++) {
        if (computed_is_always(view->collection, &rows[i])) {
            TRY(compute_one(&known, &rows[i], made));
        }
    }
    *whole = json_incref(made);
    return ALLOWED;
}

/* Of all that can be computed, an answer without columns has what every document has. */
static bool is_wanted(const struct view *view, const struct computed_row *row)
{
    bool is_always = computed_is_always(view->collection, row);
    if (view->is_complete && is_always) {
        return false; /* it is there */
    }
    return view_is_whole(view) ? is_always : form_has(view->query, "cols[]", row->member);
}

static struct verdict compute(const struct view *view, json_t *whole)
{
    size_t count;
    const struct computed_row *rows = computed_of(view->collection, &count);
    for (size_t i = 0; i < count && json_object_size(whole) > 0; i++) {
        if (is_wanted(view, &rows[i])) {
            TRY(compute_one(view, &rows[i], whole));
        }
    }
    return ALLOWED;
}

static bool is_column(const struct collection *collection, const char *name)
{
    return json_object_get(collection->fresh, name) != NULL || computed_has(collection, name);
}

/* The columns of the query, or all. */
static struct verdict choose(const struct view *view, json_t *whole, json_t *shown)
{
    if (view_is_whole(view)) {
        json_object_update(shown, whole);
        return ALLOWED;
    }
    for (size_t i = 0; i < view->query->count; i++) {
        const char *column = view->query->fields[i].value;
        if (!str_equal(view->query->fields[i].name, "cols[]") || str_equal(column, view->beside)) {
            continue;
        }
        if (!is_column(view->collection, column)) {
            return refuse_column(view, column);
        }
        json_object_set(shown, column, json_object_get(whole, column));
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

struct verdict view_document(const struct view *view, json_t *json, json_t **shown)
{
    AUTO(readings_drop) struct readings *own = NULL;
    json_auto_t *whole = json_copy(json);
    json_auto_t *chosen = json_object();
    const struct view known = with_readings(view, &own);
    TRY(compute(&known, whole));
    TRY(choose(view, whole, chosen));
    view_omit(view->collection, chosen);
    *shown = json_incref(chosen);
    return ALLOWED;
}
