/* Values from JSON. */
#include <string.h>

#include "keys/base64.h"
#include "server/base/attr.h"
#include "server/iml/calendar.h"
#include "server/iml/value.h"

static struct iml_value read_text(struct arena *arena, const json_t *json)
{
    size_t size = json_string_length(json);
    return iml_text_n(arena_strndup(arena, json_string_value(json), size), size);
}

static struct iml_value read_array(struct arena *arena, const json_t *json, enum iml_dates dates)
{
    size_t count = json_array_size(json);
    struct iml_value *items = arena_alloc(arena, (count + 1) * sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        items[i] = iml_read(arena, json_array_get(json, i), dates);
    }
    return iml_array(items, count);
}

static struct iml_value read_collection(struct arena *arena, json_t *json, enum iml_dates dates)
{
    size_t count = 0;
    struct iml_member *members =
        arena_alloc(arena, (json_object_size(json) + 1) * sizeof(*members));
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        members[count++] = (struct iml_member){.name = arena_strdup(arena, name),
                                               .value = iml_read(arena, value, dates)};
    }
    return iml_collection(members, count);
}

/* A collection of one member that stands for what JSON has no word for. */
static bool read_marked(struct arena *arena, const json_t *json, struct iml_value *value)
{
    const char *date = json_string_value(json_object_get(json, "$date"));
    const json_t *text = json_object_get(json, "$buffer");
    int64_t at = 0;
    if (json_object_size(json) != 1) {
        return false;
    }
    if (date != NULL && calendar_read(date, strlen(date), "UTC", &at) == 0) {
        *value = iml_date(at);
        return true;
    }
    size_t size = 0, length = json_string_length(text);
    char *bytes = arena_alloc(arena, length + 1);
    if (!json_is_string(text) ||
        base64_decode(bytes, &size, json_string_value(text), length) != 0) {
        return false;
    }
    bytes[size] = '\0';
    *value = iml_buffer(bytes, size);
    return true;
}

struct iml_value iml_read(struct arena *arena, json_t *json, enum iml_dates dates)
{
    struct iml_value value = {0};
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return dates == IML_DATES_MARKED && read_marked(arena, json, &value)
                   ? value
                   : read_collection(arena, json, dates);
    case JSON_ARRAY:
        return read_array(arena, json, dates);
    case JSON_STRING:
        return read_text(arena, json);
    case JSON_INTEGER:
    case JSON_REAL:
        return iml_number(json_number_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return iml_boolean(json_is_true(json));
    case JSON_NULL:
        break;
    }
    return (struct iml_value){.type = IML_NULL};
}

static const char *own_fault(struct arena *arena, const json_t *json)
{
    static const char *const marks[][2] = {{"$date", "ISO 8601 such as 2026-01-31T12:00:00.000Z"},
                                           {"$buffer", "base64"}};
    struct iml_value value = {0};
    for (size_t i = 0; json_object_size(json) == 1 && i < COUNT(marks); i++) {
        const json_t *marked = json_object_get(json, marks[i][0]);
        if (marked != NULL && !read_marked(arena, json, &value)) {
            const char *text = json_string_value(marked);
            return arena_printf(arena, "a '%s' is %s%.40s%s; expected %s", marks[i][0],
                                text == NULL ? "" : "'", text == NULL ? "no text" : text,
                                text == NULL ? "" : "'", marks[i][1]);
        }
    }
    return NULL;
}

const char *iml_mark_fault(struct arena *arena, json_t *json)
{
    const char *fault = own_fault(arena, json);
    const char *name;
    size_t index;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        fault = fault != NULL ? fault : iml_mark_fault(arena, value);
    }
    json_array_foreach(json, index, value)
    {
        fault = fault != NULL ? fault : iml_mark_fault(arena, value);
    }
    return fault;
}
