/* The JSON type that a shape asks for. */
#ifndef MAKESHIFT_BASE_SHAPE_TYPE_H
#define MAKESHIFT_BASE_SHAPE_TYPE_H

#include "server/base/shape.h"

/* Whether the value has the type; where a shape takes several, always. */
bool shape_has_type(const struct shape *shape, const json_t *value);

#endif
