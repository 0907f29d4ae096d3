#include "server/iml/iml.h"

#include <string.h>

#include "server/base/shape.h"
#include "server/iml/evaluate.h"
#include "server/iml/parse.h"
#include "server/iml/write.h"

static int run(struct iml *iml, const struct node *node, struct iml_value *result)
{
    iml->depth = 0;
    iml->is_located = false;
    return node == NULL ? 1 : evaluate(iml, node, result);
}

int iml_evaluate(struct iml *iml, const char *text, size_t size, struct iml_value *result)
{
    iml->depth = 0;
    *result = iml_text_n(text, size);
    return memmem(text, size, "{{", 2) == NULL ? 0 : run(iml, parse_text(iml, text, size), result);
}

int iml_evaluate_bare(struct iml *iml, const char *text, size_t size, struct iml_value *result)
{
    iml->depth = 0;
    *result = iml_undefined;
    return run(iml, parse_expression(iml, text, size), result);
}

static int fill(struct iml *iml, json_t *document, const struct place *place,
                struct iml_value *result, const char **pointer);

static int fill_text(struct iml *iml, const json_t *document, const struct place *place,
                     struct iml_value *result, const char **pointer)
{
    size_t size = json_string_length(document);
    const char *text = arena_strndup(iml->arena, json_string_value(document), size);
    if (iml_evaluate(iml, text, size, result) == 0) {
        return 0;
    }
    *pointer = shape_pointer(iml->arena, place);
    return 1;
}

static int fill_array(struct iml *iml, const json_t *document, const struct place *place,
                      struct iml_value *result, const char **pointer)
{
    size_t count = json_array_size(document);
    struct iml_value *items = iml_make(iml, count, sizeof(*items));
    for (size_t i = 0; items != NULL && i < count; i++) {
        const struct place at = {.parent = place, .index = i};
        if (fill(iml, json_array_get(document, i), &at, &items[i], pointer) != 0) {
            return 1;
        }
    }
    *result = iml_array(items, count);
    return items == NULL ? 1 : 0;
}

static int fill_name(struct iml *iml, const char *name, const struct place *place,
                     const char **filled, const char **pointer)
{
    struct iml_value value = {0};
    struct str_buf text;
    str_buf_init(&text, iml->arena);
    if (iml_evaluate(iml, arena_strdup(iml->arena, name), strlen(name), &value) != 0) {
        *pointer = shape_pointer(iml->arena, place);
        return 1;
    }
    iml_write_text(&text, &value);
    *filled = str_buf_text(&text);
    return 0;
}

static int fill_collection(struct iml *iml, json_t *document, const struct place *place,
                           struct iml_value *result, const char **pointer)
{
    const char *name;
    json_t *value;
    size_t count = 0;
    struct iml_member *members = iml_make(iml, json_object_size(document), sizeof(*members));
    if (members == NULL) {
        return 1;
    }
    json_object_foreach(document, name, value)
    {
        const struct place at = {.parent = place, .member = name};
        struct iml_member member = {0};
        if (fill_name(iml, name, &at, &member.name, pointer) != 0 ||
            fill(iml, value, &at, &member.value, pointer) != 0) {
            return 1;
        }
        if (member.value.type != IML_UNDEFINED) {
            members[count++] = member;
        }
    }
    *result = iml_collection(members, count);
    return 0;
}

static int fill(struct iml *iml, json_t *document, const struct place *place,
                struct iml_value *result, const char **pointer)
{
    if (json_is_string(document)) {
        return fill_text(iml, document, place, result, pointer);
    }
    if (json_is_array(document)) {
        return fill_array(iml, document, place, result, pointer);
    }
    if (json_is_object(document)) {
        return fill_collection(iml, document, place, result, pointer);
    }
    *result = iml_read(iml->arena, document, IML_DATES_AS_TEXT);
    return 0;
}

int iml_fill(struct iml *iml, json_t *document, struct iml_value *result, const char **pointer)
{
    const struct place whole = {0};
    return fill(iml, document, &whole, result, pointer);
}
