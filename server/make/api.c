#include "server/make/api.h"

#include "server/base/attr.h"
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

#define EXPECTED "a number from 1 to 2147483647"

/* `*number` is 0 for no text. */
static struct verdict number_of_text(const struct api *api, const char *name, const char *text,
                                     int64_t *number)
{
    *number = 0;
    if (text == NULL || str_to_int64(text, 1, INT32_MAX, number)) {
        return ALLOWED;
    }
    return api_refuse_input(api->arena, name, arena_printf(api->arena, "'%s' is no number", text),
                            EXPECTED);
}

struct verdict api_body_number(const struct api *api, const char *name, int64_t *number)
{
    const json_t *member = json_object_get(api->body, api_name_in_body(api, name));
    *number = json_is_integer(member) ? json_integer_value(member) : 0;
    if (member == NULL || json_is_null(member) || (*number > 0 && *number <= INT32_MAX)) {
        return ALLOWED;
    }
    return api_refuse_input(api->arena, name, "is no number", EXPECTED);
}

struct verdict api_number(const struct api *api, const char *name, int64_t *number)
{
    const char *of_path = api_path_value(api, name);
    const char *text = of_path != NULL ? of_path : form_get(api->query, name);
    return text != NULL ? number_of_text(api, name, text, number)
                        : api_body_number(api, name, number);
}

struct verdict api_one_number(const struct api *api, const char *name, enum api_places places,
                              int64_t *number)
{
    static const char *const words[] = {"the path", "the query", "the body"};
    int64_t numbers[COUNT(words)] = {0};
    size_t first = COUNT(words);
    *number = 0;
    TRY(number_of_text(api, name, api_path_value(api, name), &numbers[0]));
    TRY(number_of_text(api, name, form_get(api->query, name), &numbers[1]));
    if (places == API_ALL_PLACES) {
        TRY(api_body_number(api, name, &numbers[2]));
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        if (numbers[i] == 0 || numbers[i] == *number) {
            continue;
        }
        if (*number != 0) {
            return api_refuse_input(api->arena, name,
                                    arena_printf(api->arena, "is %lld in %s and %lld in %s",
                                                 (long long)*number, words[first],
                                                 (long long)numbers[i], words[i]),
                                    "the same number in both, or in one of them");
        }
        *number = numbers[i];
        first = i;
    }
    return ALLOWED;
}
