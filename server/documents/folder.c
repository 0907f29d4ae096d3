#include "server/documents/folder.h"

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/documents/input.h"

#define CHILDREN "children"
#define PARENT "parentId"
#define DEPTH "childrenDepth"
#define LEVEL_MAX 100 /* of folders inside each other in an answer */

static struct verdict show(const struct view *view, int level, json_t *json, json_t **shown);

/* Those that name `json` as what they are in, as they are shown. */
static struct verdict list_children(const struct view *view, int level, const json_t *json,
                                    json_t *list)
{
    const json_t *team = json_object_get(json, owner_members[OWNER_TEAM]);
    const struct documents_filter filter = {.collection = view->collection->name,
                                            .team = json_integer_value(team)};
    const struct reading *all;
    const size_t *numbers;
    struct view below = *view;
    if (readings_get(view->readings, &filter, &all) != 0) {
        return error_store_broken();
    }
    below.is_complete = false;
    size_t count = reading_find(all, PARENT, json_object_get(json, "id"), &numbers);
    for (size_t i = 0; i < count; i++) {
        json_auto_t *child = stored_json(&all->rows[numbers[i]]);
        json_auto_t *shown = NULL;
        TRY(show(&below, level + 1, child, &shown));
        json_array_append(list, shown);
    }
    return ALLOWED;
}

static struct verdict add_children(const struct view *view, int level, const json_t *json,
                                   json_t *shown)
{
    const char *depth = form_get(view->query, DEPTH);
    bool is_asked_for = form_has(view->query, "cols[]", CHILDREN);
    json_auto_t *list = json_array();
    if (depth != NULL && !str_equal(depth, "all")) {
        return input_refuse(view->world->arena, DEPTH,
                            arena_printf(view->world->arena, "'%s' is no depth", depth),
                            "all, or nothing for one level");
    }
    if ((!is_asked_for && !view_is_whole(view)) || level == LEVEL_MAX) {
        return ALLOWED;
    }
    if (json_object_size(json) > 0 && (level == 0 || depth != NULL)) {
        TRY(list_children(view, level, json, list));
    }
    if (is_asked_for || json_array_size(list) > 0) {
        json_object_set(shown, CHILDREN, list);
    }
    return ALLOWED;
}

static struct verdict show(const struct view *view, int level, json_t *json, json_t **shown)
{
    json_auto_t *made = NULL;
    TRY(view_document(view, json, &made));
    TRY(add_children(view, level, json, made));
    *shown = json_incref(made);
    return ALLOWED;
}

struct verdict folder_show(const struct view *view, json_t *json, json_t **shown)
{
    AUTO(readings_drop) struct readings *own = NULL;
    struct view mine = *view;
    mine.beside = CHILDREN;
    if (mine.readings == NULL) {
        own = readings_new(view->world);
        mine.readings = own;
    }
    return show(&mine, 0, json, shown);
}

bool folder_is_listed(const struct form *query, const json_t *json)
{
    return form_get(query, PARENT) != NULL || json_is_null(json_object_get(json, PARENT));
}
