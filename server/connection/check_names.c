#include "server/connection/check_names.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"

struct names {
    struct nearest nearest;
    bool is_there; /* the name itself */
    bool is_open;  /* an expression says which there are */
};

static void look_in(struct names *names, json_t *object)
{
    const char *name;
    json_t *value;
    names->is_open = names->is_open || json_is_string(object);
    json_object_foreach(object, name, value)
    {
        names->is_open = names->is_open || strstr(name, "{{") != NULL;
        names->is_there = names->is_there || str_equal(name, names->nearest.word);
        nearest_offer(&names->nearest, name);
    }
}

static void look_in_request(struct names *names, const json_t *request, bool is_temp)
{
    const json_t *response = json_object_get(request, "response");
    look_in(names, json_object_get(response, is_temp ? "temp" : "data"));
    if (is_temp) {
        look_in(names, json_object_get(request, "temp"));
    }
}

bool check_name_is_set(const struct checking *checking, const char *of, const char *name,
                       const char **meant)
{
    struct names names = {0};
    bool is_temp = str_equal(of, "temp");
    nearest_init(&names.nearest, name);
    for (enum step step = 0; step < STEP__MAX; step++) {
        const json_t *directive = json_object_get(checking->source.json, step_table[step].name);
        size_t index;
        const json_t *item;
        look_in_request(&names, directive, is_temp);
        json_array_foreach(directive, index, item)
        {
            look_in_request(&names, item, is_temp);
        }
    }
    const char *near = nearest_text(&names.nearest);
    *meant = near == NULL ? NULL : arena_strdup(checking->arena, near); /* the source goes first */
    bool is_known = is_temp || (names.nearest.best != NULL && nearest_is_slip(&names.nearest));
    return names.is_there || names.is_open || !is_known;
}
