#include "server/make/search.h"

#include <regex.h>
#include <string.h>

#include "server/base/str.h"

#define BRACES_MAX 1
#define PLUSES_MAX 8
#define FLAGS (REG_EXTENDED | REG_ICASE | REG_NOSUB)

static bool is_expression(const char *how)
{
    return str_equal(how, "expression");
}

/* Each of them copies what it repeats: inside each other they would take all the memory there is. */
static bool is_heavy(const char *text)
{
    size_t braces = 0;
    size_t pluses = 0;
    for (; *text != '\0'; text++) {
        braces += *text == '{';
        pluses += *text == '+';
    }
    return braces > BRACES_MAX || pluses > PLUSES_MAX;
}

static struct verdict check(const struct api *api, const char *name, const char *text)
{
    char fault[128];
    regex_t expression;
    if (is_heavy(text)) {
        return api_refuse_input(api->arena, name, "repeats too much", "one {} and eight + at most");
    }
    int outcome = regcomp(&expression, text, FLAGS);
    if (outcome == 0) {
        regfree(&expression);
        return ALLOWED;
    }
    regerror(outcome, &expression, fault, sizeof(fault));
    return api_refuse_input(
        api->arena, name,
        arena_printf(api->arena, "'%s' is no regular expression: %s", text, fault),
        "a POSIX extended regular expression");
}

struct verdict search_check(const struct api *api, const struct collection *collection)
{
    for (size_t i = 0; i < api->query->count; i++) {
        const struct form_field *field = &api->query->fields[i];
        if (is_expression(json_string_value(json_object_get(collection->search, field->name)))) {
            TRY(check(api, field->name, field->value));
        }
    }
    return ALLOWED;
}

static bool matches(const char *text, const char *wanted)
{
    regex_t expression;
    if (regcomp(&expression, wanted, FLAGS) != 0) {
        return false;
    }
    bool found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

bool search_fits(const char *how, const json_t *value, const char *wanted)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        return false;
    }
    return is_expression(how) ? matches(text, wanted) : strcasestr(text, wanted) != NULL;
}
