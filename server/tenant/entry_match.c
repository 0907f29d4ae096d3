/* What can be told of an entry before it is made JSON. */
#include <strings.h>

#include "server/tenant/entry.h"

/* Whether the text is, in any case, what is expected as a text; a pattern may be. */
static bool may_be(const json_t *expected, const char *text)
{
    const char *wanted = json_string_value(expected);
    return wanted == NULL || (text != NULL && strcasecmp(wanted, text) == 0);
}

bool entry_may_fit(const struct entry *entry, const json_t *match)
{
    const json_t *status = json_object_get(match, "status");
    bool has_status = !json_is_integer(status) || json_integer_value(status) == entry->status;
    return has_status &&
           may_be(json_object_get(match, "endpoint"), endpoint_words[entry->endpoint]) &&
           may_be(json_object_get(match, "method"), entry_text(entry, ENTRY_METHOD)) &&
           may_be(json_object_get(match, "operation"), entry_text(entry, ENTRY_OPERATION)) &&
           may_be(json_object_get(match, "error"), entry_text(entry, ENTRY_ERROR)) &&
           (entry->secret != 0 ||
            may_be(json_object_get(match, "path"), entry_text(entry, ENTRY_PATH)));
}
