#include "server/base/shape.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/duration.h"
#include "server/base/nearest.h"
#include "server/base/shape_type.h"
#include "server/base/str.h"

#define SHOWN_MAX 80 /* bytes of a value in a refusal */

/* One walk over a value. */
struct walk {
    struct arena *arena;
    const char **problem;
    struct shape_fault *fault; /* NULL: nobody asks for the parts */
};

/* A scalar as JSON, cut when long. Of lists and objects only that they are ones: secrets may stand
 * in them. */
static const char *show(struct arena *arena, const json_t *value)
{
    if (json_is_object(value)) {
        return "an object";
    }
    if (json_is_array(value)) {
        return "a list";
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    if (text == NULL) {
        return "(a value)";
    }
    const char *shown = strlen(text) <= SHOWN_MAX ? arena_strdup(arena, text)
                                                  : arena_printf(arena, "%.*s...", SHOWN_MAX, text);
    free(text);
    return shown;
}

int shape_refuse(struct arena *arena, const struct place *place, const json_t *value,
                 const char *wrong, const char *expected, const char **problem)
{
    *problem = arena_printf(arena, "%s: %s%s%s; expected %s", shape_pointer(arena, place),
                            value == NULL ? "" : show(arena, value), value == NULL ? "" : " ",
                            wrong, expected);
    return 1;
}

/* `nearest` NULL: there is none. */
static int refuse_near(const struct walk *walk, const struct place *place, const json_t *value,
                       const char *wrong, const char *expected, const char *nearest)
{
    if (walk->fault != NULL) {
        *walk->fault = (struct shape_fault){
            .pointer = place->parent == NULL ? "" : shape_pointer(walk->arena, place),
            .expected = expected,
            .actual = value == NULL ? NULL : show(walk->arena, value),
            .nearest = nearest,
        };
    }
    return shape_refuse(walk->arena, place, value, wrong, expected, walk->problem);
}

static int refuse(const struct walk *walk, const struct shape *shape, const struct place *place,
                  const json_t *value, const char *wrong)
{
    return refuse_near(walk, place, shape->secret ? NULL : value, wrong, shape->expected, NULL);
}

static const char *type_fault(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return "is a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "is a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "is a boolean";
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
        return "stands there";
    }
    return "stands there";
}

static bool is_word(const char *const *words, const char *text)
{
    while (*words != NULL && !str_equal(*words, text)) {
        words++;
    }
    return *words != NULL;
}

static int refuse_word(const struct walk *walk, const struct shape *shape,
                       const struct place *place, const json_t *value)
{
    struct nearest nearest;
    nearest_init(&nearest, json_string_value(value));
    for (const char *const *word = shape->words; *word != NULL; word++) {
        nearest_offer(&nearest, *word);
    }
    return refuse_near(walk, place, shape->secret ? NULL : value, "is none of the words",
                       shape->expected, nearest_text(&nearest));
}

static int check_text(const struct walk *walk, const struct shape *shape, const struct place *place,
                      const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        return refuse(walk, shape, place, value, type_fault(value));
    }
    int64_t size = (int64_t)strlen(text);
    if (size < shape->min || size > shape->max) {
        return refuse(walk, shape, place, value, size == 0 ? "is empty" : "is of a wrong length");
    }
    if (shape->words != NULL && !is_word(shape->words, text)) {
        return refuse_word(walk, shape, place, value);
    }
    const char *fault = shape->fault == NULL ? NULL : shape->fault(walk->arena, text);
    if (fault == NULL) {
        return 0;
    }
    return refuse_near(walk, place, shape->secret ? NULL : value, fault, shape->expected,
                       shape->nearest == NULL ? NULL : shape->nearest(text));
}

static int check_number(const struct walk *walk, const struct shape *shape,
                        const struct place *place, const json_t *value)
{
    bool is_right = shape->type == SHAPE_NUMBER ? json_is_number(value) : json_is_integer(value);
    if (!is_right) {
        return refuse(walk, shape, place, value,
                      json_is_real(value) ? "is no integer" : type_fault(value));
    }
    bool is_within = json_is_integer(value) ? json_integer_value(value) >= shape->min &&
                                                  json_integer_value(value) <= shape->max
                                            : json_real_value(value) >= (double)shape->min &&
                                                  json_real_value(value) <= (double)shape->max;
    return is_within ? 0 : refuse(walk, shape, place, value, "is out of bounds");
}

static int walk_value(const struct walk *walk, const struct shape *shape, const struct place *place,
                      json_t *value);

static bool stands_before(const json_t *list, size_t index)
{
    const json_t *item = json_array_get(list, index);
    size_t i = 0;
    while (i < index && !json_equal(json_array_get(list, i), item)) {
        i++;
    }
    return i < index;
}

static int check_list(const struct walk *walk, const struct shape *shape, const struct place *place,
                      json_t *value)
{
    if (shape->or_word != NULL && json_is_string(value)) {
        return str_equal(json_string_value(value), shape->or_word)
                   ? 0
                   : refuse(walk, shape, place, value, "stands there");
    }
    if (!json_is_array(value)) {
        return refuse(walk, shape, place, value, type_fault(value));
    }
    int64_t count = (int64_t)json_array_size(value);
    if (count < shape->min || count > shape->max) {
        return refuse(walk, shape, place, value,
                      count == 0 ? "without items stands there" : "has too many items");
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const struct place here = {.parent = place, .index = i};
        json_t *item = json_array_get(value, i);
        if (walk_value(walk, shape->item, &here, item) != 0) {
            return 1;
        }
        if (shape->unique && stands_before(value, i)) {
            return refuse(walk, shape, &here, item, "stands twice");
        }
    }
    return 0;
}

/* RFC 5646 2.1, its letter aside: subtags of 1 to 8 letters and digits, the first of letters. */
static bool is_language_tag(const char *text)
{
    size_t size = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    while (size >= 1 && size <= 8 && text[size] == '-') {
        text += size + 1;
        size = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    }
    return size >= 1 && size <= 8 && text[size] == '\0';
}

static bool is_named(const struct shape_member *member, const char *name)
{
    size_t size = strlen(member->name);
    if (strncmp(member->name, name, size) != 0) {
        return false;
    }
    return name[size] == '\0' ||
           (member->shape->localised && name[size] == '#' && is_language_tag(name + size + 1));
}

static const struct shape_member *member_find(const struct shape *shape, const char *name)
{
    const struct shape_member *member = shape->members;
    while (member->name != NULL && !is_named(member, name)) {
        member++;
    }
    return member->name == NULL ? NULL : member;
}

static int refuse_unknown(const struct walk *walk, const struct shape *shape,
                          const struct place *place)
{
    struct nearest nearest;
    struct str_buf names;
    nearest_init(&nearest, place->member);
    str_buf_init(&names, walk->arena);
    for (const struct shape_member *member = shape->members; member->name != NULL; member++) {
        nearest_offer(&nearest, member->name);
        str_buf_printf(&names, "%s%s", member == shape->members ? "" : ", ", member->name);
    }
    const char *meant = nearest_text(&nearest);
    const char *wrong =
        meant == NULL ? "unknown member"
                      : arena_printf(walk->arena, "unknown member, did you mean \"%s\"?", meant);
    const char *expected = arena_printf(walk->arena, "one of %s", str_buf_text(&names));
    return refuse_near(walk, place, NULL, wrong, expected, meant);
}

static int check_record(const struct walk *walk, const struct shape *shape,
                        const struct place *place, json_t *value)
{
    const char *name;
    json_t *item;
    if (!json_is_object(value)) {
        return refuse(walk, shape, place, value, type_fault(value));
    }
    json_object_foreach(value, name, item)
    {
        const struct place here = {.parent = place, .member = name};
        const struct shape_member *member = member_find(shape, name);
        if (member == NULL && shape->open) {
            continue;
        }
        if (member == NULL) {
            return refuse_unknown(walk, shape, &here);
        }
        if (walk_value(walk, member->shape, &here, item) != 0) {
            return 1;
        }
    }
    for (const struct shape_member *member = shape->members; member->name != NULL; member++) {
        const struct place here = {.parent = place, .member = member->name};
        if (member->required && json_object_get(value, member->name) == NULL) {
            return refuse(walk, member->shape, &here, NULL, "is missing");
        }
    }
    return 0;
}

static int check_map(const struct walk *walk, const struct shape *shape, const struct place *place,
                     json_t *value)
{
    const char *name;
    json_t *item;
    if (!json_is_object(value)) {
        return refuse(walk, shape, place, value, type_fault(value));
    }
    if ((int64_t)json_object_size(value) > shape->max) {
        return refuse(walk, shape, place, value, "has too many members");
    }
    json_object_foreach(value, name, item)
    {
        const struct place here = {.parent = place, .member = name};
        const char *fault = shape->fault != NULL ? shape->fault(walk->arena, name) : NULL;
        if (fault != NULL) {
            return refuse_near(walk, &here, NULL, fault, shape->expected, NULL);
        }
        if (walk_value(walk, shape->item, &here, item) != 0) {
            return 1;
        }
    }
    return 0;
}

static int check_any(const struct walk *walk, const struct shape *shape, const struct place *place,
                     const json_t *value)
{
    if (json_is_null(value)) {
        return refuse(walk, shape, place, value, type_fault(value));
    }
    return json_string_length(value) > 0 || !json_is_string(value)
               ? 0
               : refuse(walk, shape, place, value, "is empty");
}

static int check_duration(const struct walk *walk, const struct shape *shape,
                          const struct place *place, const json_t *value)
{
    int64_t ms;
    if (duration_read(value, &ms) != 0) {
        return refuse(walk, shape, place, value, "is no duration");
    }
    return ms >= shape->min && ms <= shape->max
               ? 0
               : refuse(walk, shape, place, value, "is out of bounds");
}

static int check_json(const struct walk *walk, const struct shape *shape, const struct place *place,
                      const json_t *value)
{
    const char *fault = shape->value_fault == NULL ? NULL : shape->value_fault(walk->arena, value);
    return fault == NULL ? 0 : refuse(walk, shape, place, value, fault);
}

static int check_either(const struct walk *walk, const struct shape *shape,
                        const struct place *place, json_t *value)
{
    const struct shape *const *one = shape->either;
    while (*one != NULL && !shape_has_type(*one, value)) {
        one++;
    }
    return *one != NULL ? walk_value(walk, *one, place, value)
                        : refuse(walk, shape, place, value, type_fault(value));
}

static int walk_value(const struct walk *walk, const struct shape *shape, const struct place *place,
                      json_t *value)
{
    switch (shape->type) {
    case SHAPE_TEXT:
        return check_text(walk, shape, place, value);
    case SHAPE_INTEGER:
    case SHAPE_NUMBER:
        return check_number(walk, shape, place, value);
    case SHAPE_BOOLEAN:
    case SHAPE_NULL:
        return shape_has_type(shape, value) ? 0
                                            : refuse(walk, shape, place, value, type_fault(value));
    case SHAPE_LIST:
        return check_list(walk, shape, place, value);
    case SHAPE_RECORD:
        return check_record(walk, shape, place, value);
    case SHAPE_MAP:
        return check_map(walk, shape, place, value);
    case SHAPE_DURATION:
        return check_duration(walk, shape, place, value);
    case SHAPE_ANY:
        return check_any(walk, shape, place, value);
    case SHAPE_JSON:
        return check_json(walk, shape, place, value);
    case SHAPE_EITHER:
        return check_either(walk, shape, place, value);
    }
    return 0;
}

int shape_check(struct arena *arena, const struct shape *shape, const struct place *place,
                json_t *value, const char **problem)
{
    const struct walk walk = {.arena = arena, .problem = problem};
    return walk_value(&walk, shape, place, value);
}

int shape_judge(struct arena *arena, const struct shape *shape, json_t *document,
                struct shape_fault *fault)
{
    const struct place root = {0};
    const char *problem = NULL;
    *fault = (struct shape_fault){0};
    const struct walk walk = {.arena = arena, .problem = &problem, .fault = fault};
    int outcome = walk_value(&walk, shape, &root, document);
    fault->problem = problem;
    return outcome;
}
