#include "server/make/api.h"

#include "server/base/str.h"

const char *api_path_value(const struct api *api, const char *name)
{
    for (size_t i = 0; i < api->match->count; i++) {
        if (str_equal(api->match->values[i].name, name)) {
            return api->match->values[i].value;
        }
    }
    return NULL;
}

struct verdict api_confirmed(const struct api *api, const char *what)
{
    const char *confirmed = form_get(api->query, "confirmed");
    if (str_equal(confirmed, "true")) {
        return ALLOWED;
    }
    return REFUSED(
        CONFIRMATION_REQUIRED, .check = "confirmed",
        .detail = arena_printf(api->arena, "this deletes %s: repeat it with ?confirmed=true", what),
        .expected = "confirmed=true", .actual = confirmed != NULL ? confirmed : "none");
}

struct verdict api_refuse_input(struct arena *arena, const char *field, const char *wrong,
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
        const json_t *text = json_is_object(value) ? json_object_get(value, "member") : value;
        if (str_equal(json_string_value(text), member)) {
            return name;
        }
    }
    return NULL;
}

const char *api_name_in_body(const struct api *api, const char *member)
{
    const struct collection *collection = api->match->operation->collection;
    const char *renamed = collection != NULL ? other_name(collection->rename, member) : NULL;
    const char *scaled = collection != NULL ? other_name(collection->scale, member) : NULL;
    return renamed != NULL ? renamed : scaled != NULL ? scaled : member;
}

/* What says it, as a text; NULL: nothing does. */
static const char *said(const struct api *api, const char *name, const json_t **member)
{
    *member = json_object_get(api->body, api_name_in_body(api, name));
    const char *text = api_path_value(api, name);
    return text != NULL ? text : form_get(api->query, name);
}

struct verdict api_number(const struct api *api, const char *name, int64_t *number)
{
    const json_t *member;
    const char *text = said(api, name, &member);
    *number = 0;
    if (text == NULL && (member == NULL || json_is_null(member))) {
        return ALLOWED;
    }
    if (text != NULL && str_to_int64(text, 1, INT32_MAX, number)) {
        return ALLOWED;
    }
    if (text == NULL && json_is_integer(member) && json_integer_value(member) > 0 &&
        json_integer_value(member) <= INT32_MAX) {
        *number = json_integer_value(member);
        return ALLOWED;
    }
    return api_refuse_input(api->arena, name,
                            text != NULL ? arena_printf(api->arena, "'%s' is no number", text)
                                         : "is no number",
                            "a number from 1 to 2147483647");
}
