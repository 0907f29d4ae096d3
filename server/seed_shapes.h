/* TABLES: what a fixture may hold, member by member. fixtures/schema.json says the same in JSON Schema,
 * and a test holds the two together. */
#ifndef MAKESHIFT_SEED_SHAPES_H
#define MAKESHIFT_SEED_SHAPES_H

#include "server/base/shape.h"

extern const struct shape seed_fixture_shape;

/* RFR-16: how long, in seconds, a refresh token may be taken again without and with a number of uses. */
#define SEED_GRACE_MAX 60
#define SEED_GRACE_WITH_USES_MAX 300

#endif
