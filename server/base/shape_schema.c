#include "server/base/shape_schema.h"

#include <stdint.h>

#include "server/base/attr.h"
#include "server/base/duration.h"

/* A limit that is none says nothing. */
static void put_limit(json_t *schema, const char *keyword, int64_t limit)
{
    if (limit != INT64_MAX && limit != INT64_MIN) {
        json_object_set_new(schema, keyword, json_integer(limit));
    }
}

/* Takes `value`. */
static void put_filled(json_t *schema, const char *keyword, json_t *value)
{
    if (json_object_size(value) > 0 || json_array_size(value) > 0) {
        json_object_set(schema, keyword, value);
    }
    json_decref(value);
}

static json_t *words_of(const char *const *words)
{
    json_t *list = json_array();
    for (; *words != NULL; words++) {
        json_array_append_new(list, json_string(*words));
    }
    return list;
}

/* A shape counts bytes and a schema characters, of up to four bytes: as little as can be. */
static json_t *schema_of_text(const struct shape *shape)
{
    json_t *schema = json_pack("{s:s}", "type", "string");
    if (shape->words != NULL) {
        json_object_set_new(schema, "enum", words_of(shape->words));
        return schema;
    }
    if (shape->min > 0) {
        put_limit(schema, "minLength", (shape->min + 3) / 4);
    }
    put_limit(schema, "maxLength", shape->max);
    return schema;
}

static json_t *schema_of_number(const struct shape *shape, const char *type)
{
    json_t *schema = json_pack("{s:s}", "type", type);
    put_limit(schema, "minimum", shape->min);
    put_limit(schema, "maximum", shape->max);
    return schema;
}

static json_t *schema_of_list(const struct shape *shape)
{
    json_t *schema = json_pack("{s:s, s:o}", "type", "array", "items", shape_schema(shape->item));
    if (shape->min > 0) {
        put_limit(schema, "minItems", shape->min);
    }
    put_limit(schema, "maxItems", shape->max);
    if (shape->unique) {
        json_object_set_new(schema, "uniqueItems", json_true());
    }
    return shape->or_word == NULL
               ? schema
               : json_pack("{s:[o, {s:s}]}", "oneOf", schema, "const", shape->or_word);
}

static json_t *schema_of_record(const struct shape *shape)
{
    json_t *properties = json_object(), *required = json_array(), *tagged = json_object();
    for (const struct shape_member *member = shape->members; member->name != NULL; member++) {
        json_object_set_new(properties, member->name, shape_schema(member->shape));
        if (member->required) {
            json_array_append_new(required, json_string(member->name));
        }
        if (member->shape->localised) {
            json_t *pattern = json_sprintf("^%s#", member->name);
            json_object_set_new(tagged, json_string_value(pattern), shape_schema(member->shape));
            json_decref(pattern);
        }
    }
    json_t *schema = json_pack("{s:s, s:o}", "type", "object", "properties", properties);
    put_filled(schema, "required", required);
    put_filled(schema, "patternProperties", tagged);
    json_object_set_new(schema, "additionalProperties", json_boolean(shape->open));
    return schema;
}

static json_t *schema_of_map(const struct shape *shape)
{
    json_t *schema = json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
                               shape_schema(shape->item));
    put_limit(schema, "maxProperties", shape->max);
    return schema;
}

/* A number is of seconds, and the bounds are milliseconds: of a fraction nothing is said. */
static json_t *schema_of_duration(const struct shape *shape)
{
    json_t *number = json_pack("{s:s}", "type", "number");
    if (shape->min % 1000 == 0 && shape->max % 1000 == 0) {
        put_limit(number, "minimum", shape->min / 1000);
        put_limit(number, "maximum", shape->max / 1000);
    }
    return json_pack("{s:[{s:s, s:s}, o], s:[s, i]}", "oneOf", "type", "string", "pattern",
                     DURATION_PATTERN, number, "examples", "5m", 300);
}

static json_t *schema_of_either(const struct shape *shape)
{
    json_t *list = json_array();
    for (const struct shape *const *one = shape->either; *one != NULL; one++) {
        json_array_append_new(list, shape_schema(*one));
    }
    return json_pack("{s:o}", "oneOf", list);
}

static json_t *schema_of(const struct shape *shape)
{
    switch (shape->type) {
    case SHAPE_TEXT:
        return schema_of_text(shape);
    case SHAPE_INTEGER:
        return schema_of_number(shape, "integer");
    case SHAPE_NUMBER:
        return schema_of_number(shape, "number");
    case SHAPE_BOOLEAN:
        return json_pack("{s:s}", "type", "boolean");
    case SHAPE_NULL:
        return json_pack("{s:s}", "type", "null");
    case SHAPE_LIST:
        return schema_of_list(shape);
    case SHAPE_RECORD:
        return schema_of_record(shape);
    case SHAPE_MAP:
        return schema_of_map(shape);
    case SHAPE_DURATION:
        return schema_of_duration(shape);
    case SHAPE_ANY:
        return json_pack("{s:{s:[n, s]}}", "not", "enum", "");
    case SHAPE_JSON:
        return json_object();
    case SHAPE_EITHER:
        return schema_of_either(shape);
    }
    return json_object();
}

json_t *shape_schema(const struct shape *shape)
{
    json_t *schema = schema_of(shape);
    if (shape->expected != NULL) {
        json_object_set_new(schema, "description", json_string(shape->expected));
    }
    return schema;
}
