#include "server/make/search.h"

#include <string.h>

#include "server/base/str.h"

#define EXPECTED "a regular expression (PCRE2) of at most 1000 bytes"

static bool is_expression(const struct collection *collection, const char *name)
{
    return str_equal(json_string_value(json_object_get(collection->search, name)), "expression");
}

void search_close(struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        pattern_free(search->patterns[i]);
    }
}

static struct verdict read(const struct api *api, const struct form_field *field,
                           struct pattern **pattern)
{
    const char *fault = NULL;
    *pattern = pattern_new(api->arena, field->value, &fault);
    return *pattern != NULL
               ? ALLOWED
               : api_refuse_input(api->arena, field->name,
                                  arena_printf(api->arena, "'%s' %s", field->value, fault),
                                  EXPECTED);
}

struct verdict search_open(const struct api *api, const struct collection *collection,
                           struct search *search)
{
    const struct form *query = api->query;
    search->patterns = arena_alloc(api->arena, (query->count + 1) * sizeof(*search->patterns));
    search->count = query->count;
    for (size_t i = 0; i < query->count; i++) {
        if (is_expression(collection, query->fields[i].name)) {
            TRY(read(api, &query->fields[i], &search->patterns[i]));
        }
    }
    return ALLOWED;
}

struct verdict search_fits(const struct api *api, const struct search *search, size_t number,
                           const json_t *value, bool *fits)
{
    const struct form_field *wanted = &api->query->fields[number];
    const char *text = json_string_value(value);
    const struct pattern *pattern = search->patterns[number];
    if (text == NULL || pattern == NULL) {
        *fits = text != NULL && strcasestr(text, wanted->value) != NULL;
        return ALLOWED;
    }
    int found = pattern_find(pattern, text);
    *fits = found == PATTERN_FOUND;
    return found == PATTERN_TOO_MUCH
               ? api_refuse_input(api->arena, wanted->name,
                                  arena_printf(api->arena, "'%s' takes too many steps to look for",
                                               wanted->value),
                                  "a regular expression that does not repeat what repeats")
               : ALLOWED;
}
