/* What the handlers of the control door ask of a call, answer it with, and refuse it with. */
#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/control/door.h"
#include "server/tenant/fingerprint.h"

const char *door_query(const struct door *door, const char *name)
{
    return form_get(&door->query, name);
}

/* What the log calls it by. */
static const char *name_of(struct arena *arena, const json_t *thing)
{
    static const char *const members[] = {"id", "name", "kid", "sub", "client_id"};
    size_t i = 0;
    while (i < COUNT(members) && json_object_get(thing, members[i]) == NULL) {
        i++;
    }
    const json_t *value = i < COUNT(members) ? json_object_get(thing, members[i]) : NULL;
    return json_is_integer(value)
               ? arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : arena_strdup(arena, json_string_value(value));
}

struct verdict door_answer(struct door *door, int status, json_t *thing)
{
    door->made = status == 201 ? name_of(door->call->arena, thing) : NULL;
    answer_json(door->call, status, thing);
    json_decref(thing);
    return ALLOWED;
}

struct verdict door_list(struct door *door, json_t *list)
{
    return door_answer(door, 200, json_pack("{s:o}", "items", list));
}

struct verdict door_not_true(struct door *door, json_t *found)
{
    json_object_set_new(found, "title", json_string("It did not come true"));
    json_object_set_new(found, "status", json_integer(417));
    answer_json(door->call, 417, found);
    response_set(door->call->response, "Content-Type", "application/problem+json");
    json_decref(found);
    return ALLOWED;
}

struct verdict door_done(struct door *door)
{
    door->call->response->status = 204;
    return ALLOWED;
}

struct verdict door_not_there(const struct door *door, const char *what, const char *which)
{
    return REFUSED(NOT_FOUND, .check = "path",
                   .detail = arena_printf(door->call->arena, "there is no %s '%s'", what, which),
                   .actual = which, .clause = "RFC 9110 15.5.5");
}

/* NULL: there is nothing. */
static const json_t *value_at(struct arena *arena, const json_t *body, const char *pointer)
{
    const json_t *value = body;
    while (*pointer == '/' && value != NULL) {
        size_t size = strcspn(pointer + 1, "/");
        const char *member = arena_strndup(arena, pointer + 1, size);
        int64_t index = 0;
        bool is_index = json_is_array(value) && str_to_int64(member, 0, INT32_MAX, &index);
        value = is_index ? json_array_get(value, (size_t)index) : json_object_get(value, member);
        pointer += size + 1;
    }
    return value;
}

/* A text or number of the body, a secret as its fingerprint; NULL for anything else. */
static const char *actual_at(struct arena *arena, const json_t *body, const char *pointer)
{
    const json_t *value = value_at(arena, body, pointer);
    const char *slash = strrchr(pointer, '/');
    if (json_is_integer(value)) {
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    return json_is_string(value) && slash != NULL
               ? arena_strdup(arena,
                              fingerprint_parameter(arena, slash + 1, json_string_value(value)))
               : NULL;
}

struct verdict door_refuse(const struct door *door, const char *pointer, const char *expected,
                           const char *actual)
{
    struct arena *arena = door->call->arena;
    const char *given = actual == NULL ? actual_at(arena, door->body, pointer) : NULL;
    const char *but = given != NULL ? arena_printf(arena, ", not '%s'", given) : "";
    return REFUSED(WRONG_MEMBER, .check = "body",
                   .detail =
                       arena_printf(arena, "%s: expected %s%s",
                                    *pointer == '\0' ? "the document" : pointer, expected, but),
                   .pointer = pointer, .expected = expected,
                   .actual = actual == NULL ? given : arena_strdup(arena, actual));
}

struct verdict door_refuse_fault(const struct shape_fault *fault)
{
    return REFUSED(WRONG_MEMBER, .check = "body", .detail = fault->problem,
                   .pointer = fault->pointer, .expected = fault->expected, .actual = fault->actual,
                   .nearest = fault->nearest);
}

struct verdict door_number(const struct door *door, size_t argument, const char *what,
                           int64_t *number)
{
    const char *text = door->arguments[argument];
    return str_to_int64(text, 1, INT64_MAX, number) ? ALLOWED : door_not_there(door, what, text);
}
