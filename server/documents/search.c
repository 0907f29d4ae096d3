#include "server/documents/search.h"

#include <string.h>

#include "server/base/str.h"
#include "server/documents/input.h"

#define EXPECTED "a regular expression (PCRE2) of at most 1000 bytes"

const struct search_row search_table[] = {
    {"custom-property-items", "name", SEARCH_EXPRESSION},
    {"custom-property-items", "label", SEARCH_EXPRESSION},
    {"custom-property-items", "description", SEARCH_EXPRESSION},
    {"public-templates", "name", SEARCH_PART},
    {0},
};

static const struct search_row *row_of(const struct collection *collection, const char *member)
{
    for (const struct search_row *row = search_table; row->collection != NULL; row++) {
        if (str_equal(row->collection, collection->name) && str_equal(row->member, member)) {
            return row;
        }
    }
    return NULL;
}

bool search_has(const struct collection *collection, const char *member)
{
    return row_of(collection, member) != NULL;
}

static bool is_expression(const struct collection *collection, const char *name)
{
    const struct search_row *row = row_of(collection, name);
    return row != NULL && row->how == SEARCH_EXPRESSION;
}

void search_close(struct search *search)
{
    for (size_t i = 0; search->query != NULL && i < search->query->count; i++) {
        pattern_free(search->patterns[i]);
    }
}

static struct verdict read(struct arena *arena, const struct form_field *field,
                           struct pattern **pattern)
{
    const char *fault = NULL;
    *pattern = pattern_new(arena, field->value, &fault);
    return *pattern != NULL
               ? ALLOWED
               : input_refuse(arena, field->name,
                              arena_printf(arena, "'%s' %s", field->value, fault), EXPECTED);
}

struct verdict search_open(struct arena *arena, const struct collection *collection,
                           const struct form *query, struct search *search)
{
    *search = (struct search){.arena = arena, .query = query};
    search->patterns = arena_alloc(arena, (query->count + 1) * sizeof(*search->patterns));
    for (size_t i = 0; i < query->count; i++) {
        if (is_expression(collection, query->fields[i].name)) {
            TRY(read(arena, &query->fields[i], &search->patterns[i]));
        }
    }
    return ALLOWED;
}

struct verdict search_fits(const struct search *search, size_t number, const json_t *value,
                           bool *fits)
{
    const struct form_field *wanted = &search->query->fields[number];
    const char *text = json_string_value(value);
    const struct pattern *pattern = search->patterns[number];
    if (text == NULL || pattern == NULL) {
        *fits = text != NULL && strcasestr(text, wanted->value) != NULL;
        return ALLOWED;
    }
    int found = pattern_find(pattern, text);
    *fits = found == PATTERN_FOUND;
    return found == PATTERN_TOO_MUCH
               ? input_refuse(search->arena, wanted->name,
                              arena_printf(search->arena, "'%s' takes too many steps to look for",
                                           wanted->value),
                              "a regular expression that does not repeat what repeats")
               : ALLOWED;
}
