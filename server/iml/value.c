#include "server/iml/value.h"

#include <math.h>
#include <string.h>

#include "server/base/str.h"

const char *const iml_type_names[IML_TYPE__MAX] = {
    [IML_UNDEFINED] = "undefined", [IML_NULL] = "null",      [IML_BOOLEAN] = "a boolean",
    [IML_NUMBER] = "a number",     [IML_TEXT] = "a text",    [IML_DATE] = "a date",
    [IML_BUFFER] = "a buffer",     [IML_ARRAY] = "an array", [IML_COLLECTION] = "a collection",
};

const struct iml_value iml_undefined = {.type = IML_UNDEFINED};

struct iml_value iml_boolean(bool boolean)
{
    return (struct iml_value){.type = IML_BOOLEAN, .boolean = boolean};
}

struct iml_value iml_number(double number)
{
    return (struct iml_value){.type = IML_NUMBER, .number = number};
}

struct iml_value iml_date(int64_t at)
{
    return (struct iml_value){.type = IML_DATE, .date = at};
}

struct iml_value iml_text(const char *text)
{
    return iml_text_n(text, strlen(text));
}

struct iml_value iml_text_n(const char *bytes, size_t size)
{
    return (struct iml_value){.type = IML_TEXT, .size = size, .bytes = bytes};
}

struct iml_value iml_buffer(const char *bytes, size_t size)
{
    return (struct iml_value){.type = IML_BUFFER, .size = size, .bytes = bytes};
}

struct iml_value iml_array(const struct iml_value *items, size_t count)
{
    return (struct iml_value){.type = IML_ARRAY, .size = count, .items = items};
}

struct iml_value iml_collection(const struct iml_member *members, size_t count)
{
    return (struct iml_value){.type = IML_COLLECTION, .size = count, .members = members};
}

bool iml_is_true(const struct iml_value *value)
{
    switch (value->type) {
    case IML_BOOLEAN:
        return value->boolean;
    case IML_NUMBER:
        return value->number != 0 && !isnan(value->number);
    case IML_TEXT:
        return value->size > 0;
    case IML_DATE:
    case IML_BUFFER:
    case IML_ARRAY:
    case IML_COLLECTION:
        return true;
    case IML_UNDEFINED:
    case IML_NULL:
    case IML_TYPE__MAX:
        break;
    }
    return false;
}

bool iml_is_there(const struct iml_value *value)
{
    return value->type != IML_UNDEFINED && value->type != IML_NULL;
}

bool iml_is_empty(const struct iml_value *value)
{
    return !iml_is_there(value) || (value->type == IML_TEXT && value->size == 0);
}

static bool same_items(const struct iml_value *a, const struct iml_value *b)
{
    bool same = a->size == b->size;
    for (size_t i = 0; same && i < a->size; i++) {
        same = iml_same(&a->items[i], &b->items[i]);
    }
    return same;
}

static bool same_members(const struct iml_value *a, const struct iml_value *b)
{
    bool same = a->size == b->size;
    for (size_t i = 0; same && i < a->size; i++) {
        const struct iml_value theirs = iml_member(b, a->members[i].name);
        same = iml_same(&a->members[i].value, &theirs);
    }
    return same;
}

bool iml_same(const struct iml_value *a, const struct iml_value *b)
{
    if (a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case IML_BOOLEAN:
        return a->boolean == b->boolean;
    case IML_NUMBER:
        return a->number == b->number;
    case IML_DATE:
        return a->date == b->date;
    case IML_TEXT:
    case IML_BUFFER:
        return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
    case IML_ARRAY:
        return same_items(a, b);
    case IML_COLLECTION:
        return same_members(a, b);
    case IML_UNDEFINED:
    case IML_NULL:
    case IML_TYPE__MAX:
        break;
    }
    return true;
}

struct iml_value iml_member(const struct iml_value *value, const char *name)
{
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        if (strcmp(value->members[i].name, name) == 0) {
            return value->members[i].value;
        }
    }
    return iml_undefined;
}
