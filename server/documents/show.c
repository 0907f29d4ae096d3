#include "server/documents/show.h"

#include "server/base/str.h"
#include "server/documents/folder.h"

/* ?assigned=true: those that a scenario has. */
static bool hook_is_listed(const struct form *query, const json_t *json)
{
    const char *assigned = form_get(query, "assigned");
    bool is_assigned = !json_is_null(json_object_get(json, "scenarioId"));
    return assigned == NULL || str_equal(assigned, "true") == is_assigned;
}

const struct show_row show_table[] = {
    {"folders", folder_show, folder_is_listed, .is_listed_by_computed = false},
    {"hooks", view_document, hook_is_listed, .is_listed_by_computed = true},
    {0},
};

const struct show_row *show_of(const struct collection *collection)
{
    const struct show_row *row = show_table;
    while (row->collection != NULL && !str_equal(row->collection, collection->name)) {
        row++;
    }
    return row;
}

struct verdict show_document(const struct view *view, json_t *json, json_t **shown)
{
    const struct show_row *row = show_of(view->collection);
    return row->document != NULL ? row->document(view, json, shown)
                                 : view_document(view, json, shown);
}

bool show_is_listed(const struct view *view, const json_t *json)
{
    const struct show_row *row = show_of(view->collection);
    return row->is_listed == NULL || row->is_listed(view->query, json);
}
