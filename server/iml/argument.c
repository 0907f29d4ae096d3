#include "server/iml/argument.h"

#include <math.h>
#include <string.h>

#include "server/iml/calendar.h"
#include "server/iml/evaluate.h"
#include "server/iml/operator.h"
#include "server/iml/write.h"

#define SHOWN_MAX 40                 /* bytes of a text in a message */
#define WHOLE_MAX 9007199254740991.0 /* up to which every whole number is one */

int argument_evaluate(struct iml_call *call, size_t position, struct iml_value *value)
{
    int outcome = evaluate(call->iml, call->node->children[position], value);
    call->values[position] = *value;
    return outcome;
}

struct iml_value argument_value(const struct iml_call *call, size_t position)
{
    return position < call->count ? call->values[position] : iml_undefined;
}

bool argument_is_there(const struct iml_call *call, size_t position)
{
    const struct iml_value value = argument_value(call, position);
    return iml_is_there(&value);
}

static const char *value_shown(struct arena *arena, const struct iml_value *value)
{
    struct str_buf text;
    if (value->type != IML_TEXT && value->type != IML_NUMBER) {
        return iml_type_names[value->type];
    }
    str_buf_init(&text, arena);
    iml_write_text(&text, value);
    size_t size = text.size < SHOWN_MAX ? text.size : SHOWN_MAX;
    return arena_printf(arena, "'%.*s'%s", (int)str_utf8_prefix(str_buf_text(&text), size),
                        str_buf_text(&text), text.size > SHOWN_MAX ? "..." : "");
}

int argument_refuse(struct iml_call *call, size_t position, const char *expected)
{
    const struct iml_value value = argument_value(call, position);
    struct arena *arena = call->iml->arena;
    return iml_refuse(call->iml,
                      arena_printf(arena, "argument %zu of %s is %s; expected %s", position + 1,
                                   call->node->name, value_shown(arena, &value), expected));
}

int argument_give_text(struct iml_call *call, struct str_buf *text, struct iml_value *result)
{
    *result = iml_text_n(str_buf_text(text), text->size);
    return iml_make(call->iml, text->size, 1) == NULL ? 1 : 0;
}

int argument_text(struct iml_call *call, size_t position, struct iml_value *text)
{
    struct str_buf buf;
    *text = argument_value(call, position);
    if (text->type == IML_TEXT) {
        return 0;
    }
    str_buf_init(&buf, call->iml->arena);
    iml_write_text(&buf, text);
    return argument_give_text(call, &buf, text);
}

int argument_name(struct iml_call *call, size_t position, const char **name)
{
    struct iml_value text = {0};
    if (argument_text(call, position, &text) != 0) {
        return 1;
    }
    *name = text.bytes;
    return strlen(text.bytes) == text.size ? 0
                                           : argument_refuse(call, position, "a text without NUL");
}

int argument_number(struct iml_call *call, size_t position, double *number)
{
    const struct iml_value value = argument_value(call, position);
    return operator_number(&value, number) == 0 && isfinite(*number)
               ? 0
               : argument_refuse(call, position, "a number");
}

int argument_integer(struct iml_call *call, size_t position, int64_t fallback, int64_t *number)
{
    double read = 0;
    *number = fallback;
    if (!argument_is_there(call, position)) {
        return 0;
    }
    if (argument_number(call, position, &read) != 0 || read != trunc(read) ||
        fabs(read) > WHOLE_MAX) {
        return argument_refuse(call, position, "a whole number");
    }
    *number = (int64_t)read;
    return 0;
}

int argument_date(struct iml_call *call, size_t position, int64_t *at)
{
    const struct iml_value value = argument_value(call, position);
    if (value.type == IML_DATE) {
        *at = value.date;
        return 0;
    }
    return value.type == IML_TEXT &&
                   calendar_read(value.bytes, value.size, call->iml->zone, at) == 0
               ? 0
               : argument_refuse(call, position, "a date, or a text such as 2026-01-31T12:00:00Z");
}

int argument_array(struct iml_call *call, size_t position, struct iml_value *array)
{
    *array = argument_value(call, position);
    if (!iml_is_there(array)) {
        *array = iml_array(NULL, 0);
    }
    return array->type == IML_ARRAY ? 0 : argument_refuse(call, position, "an array");
}

int argument_collection(struct iml_call *call, size_t position, struct iml_value *collection)
{
    *collection = argument_value(call, position);
    if (!iml_is_there(collection)) {
        *collection = iml_collection(NULL, 0);
    }
    return collection->type == IML_COLLECTION ? 0 : argument_refuse(call, position, "a collection");
}

int argument_word(struct iml_call *call, size_t position, const char *const *words, size_t *index)
{
    const char *name = NULL;
    struct str_buf expected;
    *index = 0;
    if (!argument_is_there(call, position)) {
        return 0;
    }
    if (argument_name(call, position, &name) != 0) {
        return 1;
    }
    str_buf_init(&expected, call->iml->arena);
    str_buf_put(&expected, "one of");
    for (; words[*index] != NULL; *index += 1) {
        if (str_equal(words[*index], name)) {
            return 0;
        }
        str_buf_printf(&expected, "%s '%s'", *index == 0 ? "" : ",", words[*index]);
    }
    return argument_refuse(call, position, str_buf_text(&expected));
}
