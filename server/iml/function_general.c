/* Functions that choose. */
#include <string.h>

#include "server/iml/evaluate.h"
#include "server/iml/function.h"
#include "server/iml/operator.h"
#include "server/iml/write.h"

static int run_if(struct iml_call *call, struct iml_value *result)
{
    struct iml_value condition = {0};
    if (argument_evaluate(call, 0, &condition) != 0) {
        return 1;
    }
    size_t chosen = iml_is_true(&condition) ? 1 : 2;
    if (chosen == call->count) {
        *result = iml_undefined;
        return 0;
    }
    return argument_evaluate(call, chosen, result);
}

static int run_if_empty(struct iml_call *call, struct iml_value *result)
{
    if (argument_evaluate(call, 0, result) != 0) {
        return 1;
    }
    return iml_is_empty(result) ? argument_evaluate(call, 1, result) : 0;
}

static int run_switch(struct iml_call *call, struct iml_value *result)
{
    struct iml_value sought = {0}, candidate = {0};
    if (argument_evaluate(call, 0, &sought) != 0) {
        return 1;
    }
    size_t i = 1;
    for (; i + 1 < call->count; i += 2) {
        if (argument_evaluate(call, i, &candidate) != 0) {
            return 1;
        }
        if (operator_equals(call->iml, &sought, &candidate)) {
            return argument_evaluate(call, i + 1, result);
        }
    }
    if (i < call->count) { /* what is left over is for all else */
        return argument_evaluate(call, i, result);
    }
    *result = iml_undefined;
    return 0;
}

/* "2.raw_name", a step at a time. */
static int run_get(struct iml_call *call, struct iml_value *result)
{
    struct iml_value path = {0};
    *result = argument_value(call, 0);
    if (argument_text(call, 1, &path) != 0) {
        return 1;
    }
    const char *at = path.bytes, *end = path.bytes + path.size;
    while (at < end) {
        const char *dot = memchr(at, '.', (size_t)(end - at));
        size_t size = (size_t)((dot == NULL ? end : dot) - at);
        const char *step = arena_strndup(call->iml->arena, at, size);
        const struct iml_value index = iml_text_n(step, size);
        *result = evaluate_index(result, &index);
        at += dot == NULL ? size : size + 1;
    }
    return iml_spend(call->iml, path.size);
}

/* Whether one of the arguments behind the first is this name. */
static int is_named(struct iml_call *call, const char *name, bool *found)
{
    *found = false;
    for (size_t i = 1; i < call->count; i++) {
        const char *given = NULL;
        if (iml_spend(call->iml, 1) != 0 || argument_name(call, i, &given) != 0) {
            return 1;
        }
        *found = *found || str_equal(name, given);
    }
    return 0;
}

static int keep_members(struct iml_call *call, bool keeps_named, struct iml_value *result)
{
    struct iml_value all = {0};
    size_t count = 0;
    if (argument_collection(call, 0, &all) != 0) {
        return 1;
    }
    struct iml_member *members = iml_make(call->iml, all.size, sizeof(*members));
    for (size_t i = 0; members != NULL && i < all.size; i++) {
        bool found = false;
        if (is_named(call, all.members[i].name, &found) != 0) {
            return 1;
        }
        if (found == keeps_named) {
            members[count++] = all.members[i];
        }
    }
    *result = iml_collection(members, count);
    return members == NULL ? 1 : 0;
}

static int run_pick(struct iml_call *call, struct iml_value *result)
{
    return keep_members(call, true, result);
}

static int run_omit(struct iml_call *call, struct iml_value *result)
{
    return keep_members(call, false, result);
}

const struct iml_function function_general[] = {
    {.name = "get",
     .takes = "value, path",
     .meaning = "what is at a path of names and numbers with dots between: get(list, \"2.name\")",
     .run = run_get},
    {.name = "if",
     .takes = "condition, then, else?",
     .meaning = "the second if the first is true, else the third; the other is not evaluated",
     .is_lazy = true,
     .run = run_if},
    {.name = "ifempty",
     .takes = "value, otherwise",
     .meaning = "the first, unless it is undefined, null or an empty text",
     .is_lazy = true,
     .run = run_if_empty},
    {.name = "switch",
     .takes = "value, case, result, more?...",
     .meaning = "the result behind the first case that equals the value; one more is for all else",
     .is_lazy = true,
     .run = run_switch},
    {.name = "pick",
     .takes = "collection, name...",
     .meaning = "the collection with these members alone",
     .run = run_pick},
    {.name = "omit",
     .takes = "collection, name...",
     .meaning = "the collection without these members",
     .run = run_omit},
    {.name = NULL},
};
