#include "server/tenant/match_value.h"

#include "server/base/pattern.h"
#include "server/base/str.h"
#include "server/tenant/fingerprint.h"

const char *match_pattern(const json_t *expected)
{
    return json_object_size(expected) == 1 ? json_string_value(json_object_get(expected, "pattern"))
                                           : NULL;
}

static bool is_found(struct arena *arena, const char *expression, const char *text)
{
    const char *fault;
    struct pattern *pattern = pattern_new(arena, expression, &fault);
    bool found = pattern != NULL && pattern_find(pattern, text) == PATTERN_FOUND;
    pattern_free(pattern);
    return found;
}

static const char *shown(struct arena *arena, enum match_names names, const char *name,
                         const char *text)
{
    switch (names) {
    case MATCH_PLAIN:
        return text;
    case MATCH_PARAMETER:
        return fingerprint_parameter(arena, name, text);
    case MATCH_HEADER:
        return fingerprint_header(arena, name, text);
    }
    return text;
}

bool match_value_fits(struct arena *arena, enum match_names names, const char *name,
                      const json_t *expected, const json_t *actual)
{
    if (json_is_null(expected)) {
        return actual == NULL || json_is_null(actual);
    }
    size_t i = 0;
    while (i < json_array_size(actual) &&
           !match_value_fits(arena, names, name, expected, json_array_get(actual, i))) {
        i++;
    }
    const char *text = json_string_value(actual);
    if (text == NULL) {
        return i < json_array_size(actual);
    }
    const char *expression = match_pattern(expected);
    if (expression != NULL) {
        return is_found(arena, expression, text);
    }
    const char *wanted = json_string_value(expected);
    return wanted != NULL &&
           (str_equal(wanted, text) || str_equal(shown(arena, names, name, wanted), text));
}

json_t *match_value_shown(struct arena *arena, enum match_names names, const char *name,
                          const json_t *expected)
{
    return json_is_string(expected)
               ? json_string(shown(arena, names, name, json_string_value(expected)))
               : json_deep_copy(expected);
}
