/* Regular expressions that users write: PCRE2's, without regard to case, and bounded. */
#ifndef MAKESHIFT_BASE_PATTERN_H
#define MAKESHIFT_BASE_PATTERN_H

#include "server/base/arena.h"

#define PATTERN_MAX 1000 /* bytes of an expression */

struct pattern;

/* NULL when `text` is no regular expression; `*fault` then says why, in words that go after it: "is
 * no regular expression: missing closing parenthesis, at offset 1". */
MUST_USE struct pattern *pattern_new(struct arena *arena, const char *text, const char **fault);
void pattern_free(struct pattern *pattern); /* NULL is fine */

enum pattern_outcome {
    PATTERN_FOUND = 0,
    PATTERN_ABSENT = 1,
    PATTERN_TOO_MUCH = 2, /* it would take more steps or memory than there are for one text */
};

/* Looks for the expression anywhere in `text`, UTF-8. */
MUST_USE int pattern_find(const struct pattern *pattern, const char *text);

#endif
