#include "server/base/shape_type.h"

bool shape_has_type(const struct shape *shape, const json_t *value)
{
    switch (shape->type) {
    case SHAPE_TEXT:
        return json_is_string(value);
    case SHAPE_INTEGER:
    case SHAPE_NUMBER:
        return json_is_number(value);
    case SHAPE_BOOLEAN:
        return json_is_boolean(value);
    case SHAPE_LIST:
        return json_is_array(value);
    case SHAPE_RECORD:
    case SHAPE_MAP:
        return json_is_object(value);
    case SHAPE_NULL:
        return json_is_null(value);
    case SHAPE_DURATION:
        return json_is_string(value) || json_is_number(value);
    case SHAPE_ANY:
    case SHAPE_JSON:
    case SHAPE_EITHER:
        return true;
    }
    return true;
}
