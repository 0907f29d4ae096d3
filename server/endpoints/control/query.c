#include "server/endpoints/control/query.h"

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/endpoints/params.h"

static const char *pointer_of(const struct door *door, const char *parameter)
{
    return arena_printf(door->call->arena, "?%s", parameter);
}

static struct verdict refuse(const struct door *door, const char *parameter, const char *expected,
                             const char *nearest)
{
    return REFUSED(WRONG_MEMBER, .check = "query", .pointer = pointer_of(door, parameter),
                   .detail =
                       arena_printf(door->call->arena, "%s: expected %s", parameter, expected),
                   .expected = expected, .actual = door_query(door, parameter), .nearest = nearest);
}

struct verdict query_refuse(const struct door *door, const char *parameter, const char *expected)
{
    return refuse(door, parameter, expected, NULL);
}

static const char *names_of(const struct door *door, const struct door_parameter *parameters)
{
    struct str_buf names;
    str_buf_init(&names, door->call->arena);
    for (const struct door_parameter *one = parameters; one != NULL && one->name != NULL; one++) {
        str_buf_printf(&names, "%s%s", one == parameters ? "" : ", ", one->name);
    }
    return names.size == 0 ? "no parameters" : str_buf_text(&names);
}

static struct verdict refuse_name(const struct door *door, const struct door_parameter *parameters,
                                  const char *name)
{
    struct nearest nearest;
    nearest_init(&nearest, name);
    for (const struct door_parameter *one = parameters; one != NULL && one->name != NULL; one++) {
        nearest_offer(&nearest, one->name);
    }
    return REFUSED(
        WRONG_MEMBER, .check = "query", .pointer = pointer_of(door, name),
        .detail = arena_printf(door->call->arena, "'%s' is no parameter of this call", name),
        .expected = names_of(door, parameters), .actual = name, .nearest = nearest_text(&nearest));
}

/* A number where the shape wants one, else the text. */
static json_t *value_of(const struct shape *shape, const char *text)
{
    int64_t number;
    bool is_number =
        shape->type == SHAPE_INTEGER && str_to_int64(text, INT64_MIN, INT64_MAX, &number);
    return is_number ? json_integer(number) : json_string(text);
}

/* What was sent empty comes of a script whose variable is unset: it does not mean everything. */
static struct verdict check_value(const struct door *door, const struct door_parameter *parameter,
                                  const char *text)
{
    struct shape_fault fault = {0};
    if (parameter->shape == NULL) {
        return *text != '\0' ? ALLOWED : query_refuse(door, parameter->name, "a value");
    }
    json_auto_t *value = value_of(parameter->shape, text);
    return shape_judge(door->call->arena, parameter->shape, value, &fault) == 0
               ? ALLOWED
               : refuse(door, parameter->name, fault.expected, fault.nearest);
}

static struct verdict check_one(const struct door *door, const struct door_parameter *parameters,
                                const struct form_field *sent)
{
    for (const struct door_parameter *one = parameters; one != NULL && one->name != NULL; one++) {
        if (str_equal(one->name, sent->name)) {
            return check_value(door, one, sent->value);
        }
    }
    return refuse_name(door, parameters, sent->name);
}

struct verdict query_check(struct door *door, const struct door_operation *operation)
{
    TRY(params_query(door->call, &door->query));
    const char *twice = form_repeated(&door->query, NULL);
    if (twice != NULL) {
        return REFUSED(WRONG_MEMBER, .check = "query", .pointer = pointer_of(door, twice),
                       .detail = arena_printf(door->call->arena, "'%s' stands twice", twice),
                       .expected = "each parameter once", .actual = twice);
    }
    for (size_t i = 0; i < door->query.count; i++) {
        TRY(check_one(door, operation->query, &door->query.fields[i]));
    }
    return ALLOWED;
}

void query_number(const struct door *door, const char *parameter, int64_t *value)
{
    const char *text = door_query(door, parameter);
    int64_t number;
    bool is_there = text != NULL && str_to_int64(text, INT64_MIN, INT64_MAX, &number);
    *value = is_there ? number : *value;
}
