#include "server/connection/check_parameters.h"

#include "server/base/str.h"

bool parameter_is_reserved(const char *name)
{
    static const char *const names[] = {"accountName", "teamID"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_equal(names[i], name)) {
            return true;
        }
    }
    return false;
}

static void look_at_name(struct checking *checking, const struct place *place, const json_t *field)
{
    const char *name = json_string_value(json_object_get(field, "name"));
    const struct place at = {.parent = place, .member = "name"};
    if (parameter_is_reserved(name)) {
        check_put(checking, &at,
                  &(struct check_says){.rule = "reserved-parameter",
                                       .problem = "Make gives a parameter of this name another "
                                                  "meaning, and its own value",
                                       .found = check_shown_text(checking->arena, name),
                                       .expected = "another name"});
    }
}

/* Fields stand in fields: in nested, in the options of a select. */
static void look_at_fields(struct checking *checking, const struct place *place, json_t *value)
{
    const char *name;
    size_t index;
    json_t *item;
    look_at_name(checking, place, value);
    json_object_foreach(value, name, item)
    {
        const struct place at = {.parent = place, .member = name};
        look_at_fields(checking, &at, item);
    }
    json_array_foreach(value, index, item)
    {
        const struct place at = {.parent = place, .index = index};
        look_at_fields(checking, &at, item);
    }
}

void check_parameters(struct checking *checking)
{
    const struct place whole = {0};
    look_at_fields(checking, &whole, checking->source.json);
}
