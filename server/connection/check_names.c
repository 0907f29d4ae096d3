#include "server/connection/check_names.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"

#define NEAREST_MAX 100 /* names, more than people write: among so many the nearest is sought */

static void add(struct names_set *set, json_t *object)
{
    const char *name;
    json_t *value;
    set->is_open = set->is_open || json_is_string(object);
    json_object_foreach(object, name, value)
    {
        set->is_open = set->is_open || strstr(name, "{{") != NULL;
        json_object_set_new(set->names, name, json_null());
    }
}

static void add_request(struct checking *checking, const json_t *request)
{
    const json_t *response = json_object_get(request, "response");
    add(&checking->temp, json_object_get(request, "temp"));
    add(&checking->temp, json_object_get(response, "temp"));
    add(&checking->data, json_object_get(response, "data"));
}

void check_names_read(struct checking *checking)
{
    checking->temp.names = json_object();
    checking->data.names = json_object();
    for (enum step step = 0; step < STEP__MAX; step++) {
        const json_t *directive = json_object_get(checking->source.json, step_table[step].name);
        size_t index;
        const json_t *item;
        add_request(checking, directive);
        json_array_foreach(directive, index, item)
        {
            add_request(checking, item);
        }
    }
}

void check_names_drop(struct checking *checking)
{
    json_decref(checking->temp.names);
    json_decref(checking->data.names);
}

bool check_name_is_set(const struct checking *checking, const char *of, const char *name,
                       const char **meant)
{
    bool is_temp = str_equal(of, "temp");
    const struct names_set *set = is_temp ? &checking->temp : &checking->data;
    struct nearest nearest = {0};
    *meant = NULL;
    if (set->is_open || json_object_get(set->names, name) != NULL) {
        return true;
    }
    nearest_init(&nearest, name);
    size_t offered = 0;
    for (void *at = json_object_iter(set->names); at != NULL && offered < NEAREST_MAX; offered++) {
        nearest_offer(&nearest, json_object_iter_key(at));
        at = json_object_iter_next(set->names, at);
    }
    const char *near = nearest_text(&nearest);
    *meant = near == NULL ? NULL : arena_strdup(checking->arena, near); /* the names go first */
    return !is_temp && (nearest.best == NULL || !nearest_is_slip(&nearest));
}
