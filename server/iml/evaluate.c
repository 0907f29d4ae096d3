#include "server/iml/evaluate.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/iml/function.h"
#include "server/iml/operator.h"
#include "server/iml/write.h"

static int evaluate_value(struct iml *iml, const struct node *node, struct iml_value *result)
{
    (void)iml;
    *result = node->value;
    return 0;
}

static int evaluate_name(struct iml *iml, const struct node *node, struct iml_value *result)
{
    *result = iml_member(&iml->data, node->name);
    return 0;
}

static int evaluate_member(struct iml *iml, const struct node *node, struct iml_value *result)
{
    struct iml_value of = {0};
    if (evaluate(iml, node->children[0], &of) != 0) {
        return 1;
    }
    *result = iml_member(&of, node->name);
    return 0;
}

static struct iml_value item_of(const struct iml_value *array, double number)
{
    bool is_there = number >= 1 && number <= (double)array->size;
    return is_there ? array->items[(size_t)number - 1] : iml_undefined;
}

struct iml_value evaluate_index(const struct iml_value *of, const struct iml_value *index)
{
    double number = 0;
    if (of->type == IML_ARRAY && operator_number(index, &number) == 0) {
        return item_of(of, number);
    }
    return index->type == IML_TEXT && strlen(index->bytes) == index->size
               ? iml_member(of, index->bytes)
               : iml_undefined;
}

static int evaluate_at_index(struct iml *iml, const struct node *node, struct iml_value *result)
{
    struct iml_value of = {0}, index = iml_number(1);
    if (evaluate(iml, node->children[0], &of) != 0 ||
        (node->count > 1 && evaluate(iml, node->children[1], &index) != 0)) {
        return 1;
    }
    *result = evaluate_index(&of, &index);
    return 0;
}

static int refuse_function(struct iml *iml, const struct node *node)
{
    struct nearest nearest = {0};
    nearest_init(&nearest, node->name);
    function_offer(&nearest);
    iml->fault.nearest = nearest_text(&nearest);
    return iml_refuse(iml, arena_printf(iml->arena,
                                        "%s is no function of Make's; custom functions cannot run "
                                        "here",
                                        node->name));
}

static int evaluate_call(struct iml *iml, const struct node *node, struct iml_value *result)
{
    const struct iml_function *function = node->function;
    if (function == NULL) {
        return refuse_function(iml, node);
    }
    struct iml_value *values = iml_make(iml, node->count, sizeof(*values));
    for (size_t i = 0; values != NULL && !function->is_lazy && i < node->count; i++) {
        if (evaluate(iml, node->children[i], &values[i]) != 0) {
            return 1;
        }
    }
    struct iml_call call = {.iml = iml, .node = node, .values = values, .count = node->count};
    return values == NULL ? 1 : function->run(&call, result);
}

static int evaluate_operator(struct iml *iml, const struct node *node, struct iml_value *result)
{
    const struct operator_row *row = node->operator;
    struct iml_value left = {0}, right = {0};
    if (node->count > 1 && evaluate(iml, node->children[0], &left) != 0) {
        return 1;
    }
    if (row->settles != OPERATOR_NEVER &&
        iml_is_true(&left) == (row->settles == OPERATOR_WHEN_TRUE)) {
        *result = left;
        return 0;
    }
    if (evaluate(iml, node->children[node->count - 1], &right) != 0) {
        return 1;
    }
    if (row->apply == NULL) {
        *result = right;
        return 0;
    }
    return row->apply(iml, &left, &right, result);
}

static int evaluate_text(struct iml *iml, const struct node *node, struct iml_value *result)
{
    struct str_buf text;
    str_buf_init(&text, iml->arena);
    for (size_t i = 0; i < node->count; i++) {
        struct iml_value part = {0};
        size_t before = text.size;
        if (evaluate(iml, node->children[i], &part) != 0) {
            return 1;
        }
        iml_write_text(&text, &part);
        if (iml_make(iml, text.size - before, 1) == NULL) {
            return 1;
        }
    }
    *result = iml_text_n(str_buf_text(&text), text.size);
    return 0;
}

static int (*const evaluate_table[NODE__MAX])(struct iml *, const struct node *,
                                              struct iml_value *) = {
    [NODE_VALUE] = evaluate_value,   [NODE_NAME] = evaluate_name,
    [NODE_MEMBER] = evaluate_member, [NODE_INDEX] = evaluate_at_index,
    [NODE_CALL] = evaluate_call,     [NODE_OPERATOR] = evaluate_operator,
    [NODE_TEXT] = evaluate_text,
};

int evaluate(struct iml *iml, const struct node *node, struct iml_value *result)
{
    *result = iml_undefined;
    if (iml_spend(iml, 1) == 0 && evaluate_table[node->kind](iml, node, result) == 0) {
        return 0;
    }
    if (!iml->is_located) {
        iml->is_located = true;
        iml->fault.at = node->at;
    }
    return 1;
}
