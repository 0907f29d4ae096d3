#include "server/endpoints/control/thing_name.h"

#include <string.h>

#define LONGEST 63 /* as of a label of a host name, RFC 1035 2.3.4 */

static const char *fault(struct arena *arena, const char *text)
{
    (void)arena;
    bool is_name =
        text[0] != '-' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
    return is_name ? NULL : "is no name";
}

const struct shape thing_name = {.type = SHAPE_TEXT,
                                 .min = 1,
                                 .max = LONGEST,
                                 .expected =
                                     "a name of at most 63 small letters, digits and -, the "
                                     "first no -, such as \"test-7\"",
                                 .fault = fault};
