/* One value of a match. */
#ifndef MAKESHIFT_TENANT_MATCH_VALUE_H
#define MAKESHIFT_TENANT_MATCH_VALUE_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"

/* The expression of {"pattern": ...}, an object with that member alone; NULL: it is none. */
const char *match_pattern(const json_t *expected);

/* What a name in a match says of the value: how its secrets are told. */
enum match_names { MATCH_PLAIN, MATCH_PARAMETER, MATCH_HEADER };

/* Whether the value of a subject under `name` (NULL or JSON null: not there) is what is expected: a
 * text, a pattern, or null. `arena` is for what has to be fingerprinted. */
bool match_value_fits(struct arena *arena, enum match_names names, const char *name,
                      const json_t *expected, const json_t *actual);

/* The expected value as it may be shown. A new reference. */
json_t *match_value_shown(struct arena *arena, enum match_names names, const char *name,
                          const json_t *expected);

#endif
