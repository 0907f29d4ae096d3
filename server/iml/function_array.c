/* Functions of arrays: what is in them, and what is to be. */
#include <string.h>

#include "server/iml/characters.h"
#include "server/iml/evaluate.h"
#include "server/iml/function.h"
#include "server/iml/operator.h"
#include "server/iml/write.h"

/* An array to be, in room for so many items. */
struct list {
    struct iml_value *items;
    size_t count;
};

static int list_begin(struct iml_call *call, struct list *list, size_t room)
{
    list->items = iml_make(call->iml, room, sizeof(*list->items));
    return list->items == NULL ? 1 : 0;
}

static void list_put(struct list *list, const struct iml_value *value)
{
    list->items[list->count++] = *value;
}

static int list_give(const struct list *list, struct iml_value *result)
{
    *result = iml_array(list->items, list->count);
    return 0;
}

/* Whether one of the items is this value; each look is a step. */
static int has(struct iml_call *call, const struct iml_value *items, size_t count,
               const struct iml_value *value, bool *found)
{
    *found = false;
    for (size_t i = 0; !*found && i < count; i++) {
        *found = iml_same(&items[i], value);
    }
    return iml_spend(call->iml, count);
}

static int run_add(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    struct list list = {0};
    if (argument_array(call, 0, &array) != 0 ||
        list_begin(call, &list, array.size + call->count) != 0) {
        return 1;
    }
    for (size_t i = 0; i < array.size; i++) {
        list_put(&list, &array.items[i]);
    }
    for (size_t i = 1; i < call->count; i++) {
        list_put(&list, &call->values[i]);
    }
    return list_give(&list, result);
}

/* A single value stands for an array of it. */
static int as_array(struct iml_call *call, size_t position, struct iml_value *array)
{
    const struct iml_value value = argument_value(call, position);
    *array = value;
    if (value.type != IML_ARRAY) {
        struct list list = {0};
        if (list_begin(call, &list, 1) != 0) {
            return 1;
        }
        list.items[0] = value;
        *array = iml_array(list.items, iml_is_there(&value) ? 1 : 0);
    }
    return 0;
}

static int run_merge(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    struct list list = {0};
    size_t room = 0;
    for (size_t i = 0; i < call->count; i++) {
        const struct iml_value value = argument_value(call, i);
        room += value.type == IML_ARRAY ? value.size : 1;
    }
    if (list_begin(call, &list, room) != 0) {
        return 1;
    }
    for (size_t i = 0; i < call->count; i++) {
        if (as_array(call, i, &array) != 0) {
            return 1;
        }
        for (size_t j = 0; j < array.size; j++) {
            list_put(&list, &array.items[j]);
        }
    }
    return list_give(&list, result);
}

/* The items of the first array that are, or are not, in the second; behind those of `list`. */
static int put_where(struct iml_call *call, const struct iml_value *from,
                     const struct iml_value *other, bool is_in, struct list *list)
{
    for (size_t i = 0; i < from->size; i++) {
        bool found = false;
        if (has(call, other->items, other->size, &from->items[i], &found) != 0) {
            return 1;
        }
        if (found == is_in) {
            list_put(list, &from->items[i]);
        }
    }
    return 0;
}

static int run_difference(struct iml_call *call, struct iml_value *result)
{
    static const char *const words[] = {"classic", "symmetric", NULL};
    struct iml_value first = {0}, second = {0};
    struct list list = {0};
    size_t word = 0;
    if (argument_array(call, 0, &first) != 0 || argument_array(call, 1, &second) != 0 ||
        argument_word(call, 2, words, &word) != 0 ||
        list_begin(call, &list, first.size + second.size) != 0 ||
        put_where(call, &first, &second, false, &list) != 0 ||
        (word == 1 && put_where(call, &second, &first, false, &list) != 0)) {
        return 1;
    }
    return list_give(&list, result);
}

static int run_intersect(struct iml_call *call, struct iml_value *result)
{
    struct iml_value kept = {0}, other = {0};
    if (argument_array(call, 0, &kept) != 0) {
        return 1;
    }
    for (size_t i = 1; i < call->count; i++) {
        struct list list = {0};
        if (argument_array(call, i, &other) != 0 || list_begin(call, &list, kept.size) != 0 ||
            put_where(call, &kept, &other, true, &list) != 0) {
            return 1;
        }
        kept = iml_array(list.items, list.count);
    }
    *result = kept;
    return 0;
}

static int run_remove(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    struct list list = {0};
    if (argument_array(call, 0, &array) != 0 || list_begin(call, &list, array.size) != 0) {
        return 1;
    }
    const struct iml_value removed = iml_array(call->values + 1, call->count - 1);
    return put_where(call, &array, &removed, false, &list) != 0 ? 1 : list_give(&list, result);
}

/* The first of each value that a key has in the items; without a key, of each item. */
static int put_distinct(struct iml_call *call, const struct iml_value *array,
                        const struct iml_value *key, struct iml_value *result)
{
    struct list list = {0}, keys = {0};
    if (list_begin(call, &list, array->size) != 0 || list_begin(call, &keys, array->size) != 0) {
        return 1;
    }
    for (size_t i = 0; i < array->size; i++) {
        const struct iml_value *item = &array->items[i];
        const struct iml_value by = iml_is_there(key) ? evaluate_index(item, key) : *item;
        bool found = false;
        if (has(call, keys.items, keys.count, &by, &found) != 0) {
            return 1;
        }
        if (!found) {
            list_put(&list, item);
            list_put(&keys, &by);
        }
    }
    return list_give(&list, result);
}

static int run_distinct(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    const struct iml_value key = argument_value(call, 1);
    return argument_array(call, 0, &array) != 0 ? 1 : put_distinct(call, &array, &key, result);
}

/* Of a text as well. */
static int run_contains(struct iml_call *call, struct iml_value *result)
{
    const struct iml_value of = argument_value(call, 0);
    const struct iml_value sought = argument_value(call, 1);
    struct iml_value text = {0}, part = {0};
    bool found = false;
    if (of.type == IML_ARRAY) {
        int outcome = has(call, of.items, of.size, &sought, &found);
        *result = iml_boolean(found);
        return outcome;
    }
    if (argument_text(call, 0, &text) != 0 || argument_text(call, 1, &part) != 0) {
        return 1;
    }
    *result = iml_boolean(memmem(text.bytes, text.size, part.bytes, part.size) != NULL);
    return 0;
}

/* The characters of a text, the bytes of a buffer, and what an array or collection holds. */
static int run_length(struct iml_call *call, struct iml_value *result)
{
    struct iml_value value = argument_value(call, 0);
    if (value.type == IML_BUFFER || value.type == IML_ARRAY || value.type == IML_COLLECTION) {
        *result = iml_number((double)value.size);
        return 0;
    }
    if (argument_text(call, 0, &value) != 0) {
        return 1;
    }
    *result = iml_number((double)characters_count(&value));
    return 0;
}

static int run_first(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    if (argument_array(call, 0, &array) != 0) {
        return 1;
    }
    *result = array.size == 0 ? iml_undefined : array.items[0];
    return 0;
}

static int run_last(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    if (argument_array(call, 0, &array) != 0) {
        return 1;
    }
    *result = array.size == 0 ? iml_undefined : array.items[array.size - 1];
    return 0;
}

static int run_join(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0}, separator = {0};
    struct str_buf out;
    if (argument_array(call, 0, &array) != 0 || argument_text(call, 1, &separator) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (size_t i = 0; i < array.size; i++) {
        size_t before = out.size;
        str_buf_put_n(&out, separator.bytes, i == 0 ? 0 : separator.size);
        iml_write_text(&out, &array.items[i]);
        if (iml_make(call->iml, out.size - before, 1) == NULL) {
            return 1;
        }
    }
    return argument_give_text(call, &out, result);
}

static int run_keys(struct iml_call *call, struct iml_value *result)
{
    struct iml_value of = {0};
    struct list list = {0};
    if (argument_collection(call, 0, &of) != 0 || list_begin(call, &list, of.size) != 0) {
        return 1;
    }
    for (size_t i = 0; i < of.size; i++) {
        const struct iml_value name = iml_text(of.members[i].name);
        list_put(&list, &name);
    }
    return list_give(&list, result);
}

const struct iml_function function_array[] = {
    {.name = "add",
     .takes = "array, value...",
     .meaning = "the array with these behind its items",
     .run = run_add},
    {.name = "arrayDifference",
     .takes = "array, other, mode?",
     .meaning = "the items that the other has not; with symmetric, those that only one has",
     .run = run_difference},
    {.name = "arrayIntersect",
     .takes = "array, other...",
     .meaning = "the items that all have",
     .run = run_intersect},
    {.name = "contains",
     .takes = "value, search",
     .meaning = "whether an array has the item, or a text the other",
     .run = run_contains},
    {.name = "deduplicate",
     .takes = "array",
     .meaning = "the first of each value",
     .run = run_distinct},
    {.name = "distinct",
     .takes = "array, key?",
     .meaning = "the first of each value, or of each that a member has",
     .run = run_distinct},
    {.name = "first", .takes = "array", .meaning = "the first item", .run = run_first},
    {.name = "join",
     .takes = "array, separator",
     .meaning = "the items as a text, with another between them",
     .run = run_join},
    {.name = "keys", .takes = "collection", .meaning = "the names of the members", .run = run_keys},
    {.name = "last", .takes = "array", .meaning = "the last item", .run = run_last},
    {.name = "length",
     .takes = "value",
     .meaning = "how many characters, bytes, items or members it has",
     .run = run_length},
    {.name = "merge",
     .takes = "array...",
     .meaning = "the items of all of them; a single value counts as an array of it",
     .run = run_merge},
    {.name = "remove",
     .takes = "array, value...",
     .meaning = "the array without these",
     .run = run_remove},
    {.name = NULL},
};
