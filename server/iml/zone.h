/* Time zones by their names of the IANA, as the system has them. */
#ifndef MAKESHIFT_IML_ZONE_H
#define MAKESHIFT_IML_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"

#define ZONE_NAME_MAX 64
#define ZONE_SHORT_SIZE 8

struct zone_state {
    int32_t offset;                /* seconds east of Greenwich */
    char letters[ZONE_SHORT_SIZE]; /* "CET" */
};

/* What a clock there shows at `at`, seconds since 1970. 0; 1: there is no such zone. Thread-safe.
 */
MUST_USE int zone_at(const char *name, int64_t at, struct zone_state *state);

bool zone_is_known(const char *name);

#endif
