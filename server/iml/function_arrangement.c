/* Functions of arrays: their order, and their shape. */
#include <string.h>

#include "server/iml/characters.h"
#include "server/iml/evaluate.h"
#include "server/iml/function.h"
#include "server/iml/operator.h"

/* A copy of the first argument's items. */
static int copy_items(struct iml_call *call, struct iml_value **items, size_t *count)
{
    struct iml_value array = {0};
    if (argument_array(call, 0, &array) != 0 || iml_spend(call->iml, array.size) != 0) {
        return 1;
    }
    *items = iml_make(call->iml, array.size, sizeof(**items));
    if (*items == NULL) {
        return 1;
    }
    for (size_t i = 0; i < array.size; i++) {
        (*items)[i] = array.items[i];
    }
    *count = array.size;
    return 0;
}

static void swap(struct iml_value *a, struct iml_value *b)
{
    const struct iml_value held = *a;
    *a = *b;
    *b = held;
}

static int run_reverse(struct iml_call *call, struct iml_value *result)
{
    struct iml_value *items = NULL;
    size_t count = 0;
    if (copy_items(call, &items, &count) != 0) {
        return 1;
    }
    for (size_t i = 0; i < count / 2; i++) {
        swap(&items[i], &items[count - 1 - i]);
    }
    *result = iml_array(items, count);
    return 0;
}

/* Fisher and Yates's; the remainder's bias is below one in 2^32. */
static int run_shuffle(struct iml_call *call, struct iml_value *result)
{
    struct iml_value *items = NULL;
    size_t count = 0;
    if (copy_items(call, &items, &count) != 0) {
        return 1;
    }
    for (size_t i = count; i > 1; i--) {
        uint64_t drawn;
        random_bytes(call->iml->random, &drawn, sizeof(drawn));
        swap(&items[i - 1], &items[drawn % i]);
    }
    *result = iml_array(items, count);
    return 0;
}

/* A position from the end when it is negative, within the array. */
static size_t within(int64_t position, size_t count)
{
    int64_t from_start = position < 0 ? position + (int64_t)count : position;
    return from_start < 0 ? 0 : from_start > (int64_t)count ? count : (size_t)from_start;
}

static int run_slice(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    int64_t start = 0, end = 0;
    if (argument_array(call, 0, &array) != 0 || argument_integer(call, 1, 0, &start) != 0 ||
        argument_integer(call, 2, (int64_t)array.size, &end) != 0) {
        return 1;
    }
    size_t from = within(start, array.size), to = within(end, array.size);
    *result = iml_array(array.items + from, to > from ? to - from : 0);
    return 0;
}

/* What items are sorted by. */
struct sorting {
    struct iml_call *call;
    struct iml_value key;
    bool is_descending, is_without_case;
};

/* Texts without regard to case. */
static enum operator_order order_folded(const struct iml_value *a, const struct iml_value *b)
{
    const char *left = a->bytes, *right = b->bytes;
    const char *left_end = left + a->size, *right_end = right + b->size;
    while (left < left_end && right < right_end) {
        uint32_t x = characters_lower(characters_next(&left, left_end));
        uint32_t y = characters_lower(characters_next(&right, right_end));
        if (x != y) {
            return x < y ? OPERATOR_LESS : OPERATOR_MORE;
        }
    }
    return left < left_end ? OPERATOR_MORE : right < right_end ? OPERATOR_LESS : OPERATOR_EQUAL;
}

static bool stands_behind(const struct sorting *sorting, const struct iml_value *a,
                          const struct iml_value *b)
{
    bool has_key = iml_is_there(&sorting->key);
    const struct iml_value left = has_key ? evaluate_index(a, &sorting->key) : *a;
    const struct iml_value right = has_key ? evaluate_index(b, &sorting->key) : *b;
    bool folds = sorting->is_without_case && left.type == IML_TEXT && right.type == IML_TEXT;
    enum operator_order order =
        folds ? order_folded(&left, &right) : operator_compare(sorting->call->iml, &left, &right);
    return order == (sorting->is_descending ? OPERATOR_LESS : OPERATOR_MORE);
}

/* Merges two sorted halves; the first goes first among equals. */
static void merge_halves(const struct sorting *sorting, struct iml_value *items, size_t half,
                         size_t count, struct iml_value *room)
{
    size_t left = 0, right = half, put = 0;
    for (size_t i = 0; i < half; i++) {
        room[i] = items[i];
    }
    while (left < half) {
        bool takes_right = right < count && stands_behind(sorting, &room[left], &items[right]);
        items[put++] = takes_right ? items[right++] : room[left++];
    }
}

static int sort_items(const struct sorting *sorting, struct iml_value *items, size_t count,
                      struct iml_value *room)
{
    size_t half = count / 2;
    if (count < 2) {
        return 0;
    }
    if (iml_spend(sorting->call->iml, count) != 0 || sort_items(sorting, items, half, room) != 0 ||
        sort_items(sorting, items + half, count - half, room) != 0) {
        return 1;
    }
    merge_halves(sorting, items, half, count, room);
    return 0;
}

static int run_sort(struct iml_call *call, struct iml_value *result)
{
    static const char *const words[] = {"asc", "desc", "asc ci", "desc ci", NULL};
    struct iml_value *items = NULL, *room = NULL;
    size_t count = 0, word = 0;
    if (copy_items(call, &items, &count) != 0 || argument_word(call, 1, words, &word) != 0 ||
        (room = iml_make(call->iml, count, sizeof(*room))) == NULL) {
        return 1;
    }
    const struct sorting sorting = {.call = call,
                                    .key = argument_value(call, 2),
                                    .is_descending = word % 2 == 1,
                                    .is_without_case = word >= 2};
    *result = iml_array(items, count);
    return sort_items(&sorting, items, count, room);
}

/* How many items are left when arrays in arrays give theirs. */
static int count_flat(struct iml_call *call, const struct iml_value *array, size_t *count)
{
    if (iml_spend(call->iml, array->size + 1) != 0) {
        return 1;
    }
    for (size_t i = 0; i < array->size; i++) {
        if (array->items[i].type != IML_ARRAY) {
            *count += 1;
        } else if (count_flat(call, &array->items[i], count) != 0) {
            return 1;
        }
    }
    return 0;
}

static void put_flat(const struct iml_value *array, struct iml_value *items, size_t *count)
{
    for (size_t i = 0; i < array->size; i++) {
        if (array->items[i].type == IML_ARRAY) {
            put_flat(&array->items[i], items, count);
        } else {
            items[(*count)++] = array->items[i];
        }
    }
}

static int run_flatten(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0};
    size_t room = 0, count = 0;
    if (argument_array(call, 0, &array) != 0 || count_flat(call, &array, &room) != 0) {
        return 1;
    }
    struct iml_value *items = iml_make(call->iml, room, sizeof(*items));
    if (items == NULL) {
        return 1;
    }
    put_flat(&array, items, &count);
    *result = iml_array(items, count);
    return 0;
}

/* Whether the text is one of a list's pieces between commas. */
static bool is_listed(const struct iml_value *list, const struct iml_value *text)
{
    const char *at = list->bytes, *end = at + list->size;
    while (at <= end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        size_t size = (size_t)((comma == NULL ? end : comma) - at);
        if (size == text->size && memcmp(at, text->bytes, size) == 0) {
            return true;
        }
        at += size + 1;
    }
    return false;
}

/* Whether an item passes map's filter: the member that the third argument names is one of those of
 * the fourth. */
static int passes(struct iml_call *call, const struct iml_value *item, bool *good)
{
    const struct iml_value key = argument_value(call, 2);
    struct iml_value list = {0}, text = {0};
    *good = true;
    if (!iml_is_there(&key)) {
        return 0;
    }
    struct iml_value member = evaluate_index(item, &key);
    struct iml_call of_member = {
        .iml = call->iml, .node = call->node, .values = &member, .count = 1};
    if (argument_text(call, 3, &list) != 0 || argument_text(&of_member, 0, &text) != 0) {
        return 1;
    }
    *good = is_listed(&list, &text);
    return 0;
}

static int run_map(struct iml_call *call, struct iml_value *result)
{
    struct iml_value *items = NULL;
    const struct iml_value key = argument_value(call, 1);
    size_t count = 0, kept = 0;
    if (copy_items(call, &items, &count) != 0) {
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        bool good = false;
        if (passes(call, &items[i], &good) != 0) {
            return 1;
        }
        const struct iml_value member = evaluate_index(&items[i], &key);
        if (good && member.type != IML_UNDEFINED) {
            items[kept++] = member;
        }
    }
    *result = iml_array(items, kept);
    return 0;
}

static int run_to_array(struct iml_call *call, struct iml_value *result)
{
    struct iml_value of = {0};
    if (argument_collection(call, 0, &of) != 0) {
        return 1;
    }
    struct iml_value *items = iml_make(call->iml, of.size, sizeof(*items));
    struct iml_member *pairs = iml_make(call->iml, 2 * of.size, sizeof(*pairs));
    for (size_t i = 0; items != NULL && pairs != NULL && i < of.size; i++) {
        pairs[2 * i] = (struct iml_member){.name = "key", .value = iml_text(of.members[i].name)};
        pairs[2 * i + 1] = (struct iml_member){.name = "value", .value = of.members[i].value};
        items[i] = iml_collection(&pairs[2 * i], 2);
    }
    *result = iml_array(items, of.size);
    return items == NULL || pairs == NULL ? 1 : 0;
}

/* Of two of one name the later counts, in the earlier's place. */
static void put_member(struct iml_member *members, size_t *count, const struct iml_member *member)
{
    size_t i = 0;
    while (i < *count && strcmp(members[i].name, member->name) != 0) {
        i++;
    }
    members[i] = *member;
    *count += i == *count ? 1 : 0;
}

static int run_to_collection(struct iml_call *call, struct iml_value *result)
{
    struct iml_value array = {0}, name = {0};
    const struct iml_value key = argument_value(call, 1), of = argument_value(call, 2);
    size_t count = 0;
    if (argument_array(call, 0, &array) != 0) {
        return 1;
    }
    struct iml_member *members = iml_make(call->iml, array.size, sizeof(*members));
    for (size_t i = 0; members != NULL && i < array.size; i++) {
        struct iml_value named = evaluate_index(&array.items[i], &key);
        struct iml_call one = {.iml = call->iml, .node = call->node, .values = &named, .count = 1};
        const char *text = NULL;
        const struct iml_value value = evaluate_index(&array.items[i], &of);
        if (argument_text(&one, 0, &name) != 0 || argument_name(&one, 0, &text) != 0 ||
            iml_spend(call->iml, count + 1) != 0) {
            return 1;
        }
        if (named.type != IML_UNDEFINED && value.type != IML_UNDEFINED) {
            put_member(members, &count, &(struct iml_member){.name = text, .value = value});
        }
    }
    *result = iml_collection(members, count);
    return members == NULL ? 1 : 0;
}

const struct iml_function function_arrangement[] = {
    {.name = "flatten",
     .takes = "array",
     .meaning = "the array with the items of arrays in the place of these, however deep",
     .run = run_flatten},
    {.name = "map",
     .takes = "array, key, filterKey?, filterValues?",
     .meaning = "a member of each item, or of those whose other member is one of these: \"a,b\"",
     .run = run_map},
    {.name = "reverse",
     .takes = "array",
     .meaning = "the items in the other order",
     .run = run_reverse},
    {.name = "shuffle", .takes = "array", .meaning = "the items in any order", .run = run_shuffle},
    {.name = "slice",
     .takes = "array, start?, end?",
     .meaning = "the items from one position, counted from 0, to in front of another; below 0, "
                "from the end",
     .run = run_slice},
    {.name = "sort",
     .takes = "array, order?, key?",
     .meaning = "the items in order (asc, desc, asc ci, desc ci), or by a member of theirs",
     .run = run_sort},
    {.name = "toArray",
     .takes = "collection",
     .meaning = "a collection of key and value for each member",
     .run = run_to_array},
    {.name = "toCollection",
     .takes = "array, key, value",
     .meaning = "a collection of what two members of each item are",
     .run = run_to_collection},
    {.name = NULL},
};
