#include "server/connection/checking.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/iml/write.h"

#define SHOWN_MAX 60 /* bytes of a text in a finding */

static enum finding_level level_of(const struct checking *checking, const char *rule)
{
    size_t i = 0;
    while (i + 1 < checking->rule_count && !str_equal(checking->rules[i].name, rule)) {
        i++;
    }
    return checking->rules[i].level;
}

void check_put(struct checking *checking, const struct place *place, const struct check_says *says)
{
    const struct finding finding = {
        .rule = says->rule,
        .level = level_of(checking, says->rule),
        .file = checking->source.file,
        .line = source_line(checking->arena, &checking->source, place),
        .pointer = place->parent == NULL ? "" : shape_pointer(checking->arena, place),
        .problem = says->problem,
        .found = says->found,
        .expected = says->expected,
        .nearest = says->nearest,
    };
    findings_put(checking->findings, &finding);
}

const char *check_shown_text(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    size_t shown = str_utf8_prefix(text, size < SHOWN_MAX ? size : SHOWN_MAX);
    return arena_printf(arena, "'%.*s%s'", (int)shown, text, shown < size ? "..." : "");
}

const char *check_shown(struct arena *arena, const json_t *value)
{
    if (json_is_string(value)) {
        return check_shown_text(arena, json_string_value(value));
    }
    if (json_is_number(value)) {
        char number[IML_NUMBER_SIZE];
        iml_write_number(json_number_value(value), number);
        return arena_strdup(arena, number);
    }
    return json_is_object(value)  ? "an object"
           : json_is_array(value) ? "an array"
                                  : json_text(arena, value, NULL);
}
