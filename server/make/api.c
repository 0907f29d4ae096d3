#include "server/make/api.h"

#include "server/base/attr.h"
#include "server/base/str.h"

void api_answer_fini(struct api_answer *answer)
{
    json_decref(answer->json);
    heap_text_fini(&answer->text);
}

struct verdict api_confirmed(const struct api *api, const char *what)
{
    const char *confirmed = form_get(api->query, "confirmed");
    if (str_equal(confirmed, "true")) {
        return ALLOWED;
    }
    return REFUSED(CONFIRMATION_REQUIRED, .check = "confirmed",
                   .detail = arena_printf(api->world->arena,
                                          "this deletes %s: repeat it with ?confirmed=true", what),
                   .expected = "confirmed=true", .actual = confirmed != NULL ? confirmed : "none");
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
    return input_refuse(api->world->arena, name,
                        arena_printf(api->world->arena, "'%s' is no number", text), EXPECTED);
}

struct verdict api_body_number(const struct api *api, const char *name, int64_t *number)
{
    const json_t *member =
        json_object_get(api->body, input_name(api->match->operation->collection, name));
    *number = json_is_integer(member) ? json_integer_value(member) : 0;
    if (member == NULL || json_is_null(member) || (*number > 0 && *number <= INT32_MAX)) {
        return ALLOWED;
    }
    return input_refuse(api->world->arena, name, "is no number", EXPECTED);
}

struct verdict api_number(const struct api *api, const char *name, int64_t *number)
{
    const char *of_path = match_value(api->match, name);
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
    TRY(number_of_text(api, name, match_value(api->match, name), &numbers[0]));
    TRY(number_of_text(api, name, form_get(api->query, name), &numbers[1]));
    if (places == API_ALL_PLACES) {
        TRY(api_body_number(api, name, &numbers[2]));
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        if (numbers[i] == 0 || numbers[i] == *number) {
            continue;
        }
        if (*number != 0) {
            return input_refuse(api->world->arena, name,
                                arena_printf(api->world->arena, "is %lld in %s and %lld in %s",
                                             (long long)*number, words[first],
                                             (long long)numbers[i], words[i]),
                                "the same number in both, or in one of them");
        }
        *number = numbers[i];
        first = i;
    }
    return ALLOWED;
}
