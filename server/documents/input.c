#include "server/documents/input.h"

#include "server/base/str.h"

struct verdict input_refuse(struct arena *arena, const char *field, const char *wrong,
                            const char *expected)
{
    return REFUSED(INVALID_INPUT, .check = arena_strdup(arena, field),
                   .detail = arena_printf(arena, "%s: %s; expected %s", field, wrong, expected),
                   .expected = arena_strdup(arena, expected), .actual = arena_strdup(arena, wrong));
}

/* The first member of `names` that stands for this one; NULL: none. */
static const char *other_name(const json_t *names, const char *member)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)names, name, value)
    {
        if (str_equal(json_string_value(value), member)) {
            return name;
        }
    }
    return NULL;
}

const char *input_name(const struct collection *collection, const char *member)
{
    const char *renamed = collection != NULL ? other_name(collection->rename, member) : NULL;
    return renamed != NULL ? renamed : member;
}
