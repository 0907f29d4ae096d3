/* A shape as JSON Schema (2020-12), for whoever reads what may be sent instead of trying it. */
#ifndef MAKESHIFT_BASE_SHAPE_SCHEMA_H
#define MAKESHIFT_BASE_SHAPE_SCHEMA_H

#include <jansson.h>

#include "server/base/shape.h"

/* Whatever the shape takes fits the schema; what only a function can tell (a name's form, say)
 * stands in its description alone. A new reference. */
json_t *shape_schema(const struct shape *shape);

#endif
