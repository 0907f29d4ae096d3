/* Durations as a test writes them: "90s", "5m", "2h", "30d", "250ms", or a number of seconds. */
#ifndef MAKESHIFT_BASE_DURATION_H
#define MAKESHIFT_BASE_DURATION_H

#include <jansson.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

#define DURATION_EXPECTED                                                                          \
    "a duration such as \"90s\", \"5m\", \"2h\", \"30d\", \"250ms\", or a number of seconds"
/* The same as a regular expression, of a text alone. */
#define DURATION_PATTERN "^-?[0-9]{1,15}(ms|s|m|h|d)?$"
#define DURATION_MAX INT64_C(31536000000000) /* ms: a thousand years */

/* The milliseconds that a JSON value, or a text, stands for; a minus sign in front is understood.
 * 0; 1: it is no duration. */
MUST_USE int duration_read(const json_t *value, int64_t *ms);
MUST_USE int duration_parse(const char *text, int64_t *ms);

/* "90s": in the largest unit in which it is a whole number. */
const char *duration_text(struct arena *arena, int64_t ms);

#endif
