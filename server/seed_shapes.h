/* TABLES: what a fixture may hold, member by member. fixtures/schema.json says the same in JSON Schema,
 * and a test holds the two together. */
#ifndef MAKESHIFT_SEED_SHAPES_H
#define MAKESHIFT_SEED_SHAPES_H

#include "server/base/shape.h"

extern const struct shape seed_fixture_shape;

#endif
