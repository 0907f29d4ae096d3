#include "server/oauth/parameters.h"

struct verdict parameters_once(struct arena *arena, const struct form *form, const char *name)
{
    size_t count = form_count(form, name);
    if (count <= 1) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "parameters",
                   .detail = arena_printf(arena, "parameter '%s' was sent more than once", name),
                   .expected = "every parameter once",
                   .actual = arena_printf(arena, "%zu times", count),
                   .clause = "RFC 6749 3.1, 3.2");
}

struct verdict parameters_all_once(struct arena *arena, const struct form *form, const char *but)
{
    const char *name = form_repeated(form, but);
    return name != NULL ? parameters_once(arena, form, name) : ALLOWED;
}
