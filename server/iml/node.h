/* An expression as it was parsed: a tree, in an arena. */
#ifndef MAKESHIFT_IML_NODE_H
#define MAKESHIFT_IML_NODE_H

#include "server/iml/value.h"

enum node_kind {
    NODE_VALUE,    /* `value` */
    NODE_NAME,     /* the variable `name` */
    NODE_MEMBER,   /* `name` of the child */
    NODE_INDEX,    /* of the first child, what the second says; without a second, the first item */
    NODE_CALL,     /* `function` of the children; NULL: `name` is none of Make's */
    NODE_OPERATOR, /* `operator` between the children, or before the one */
    NODE_TEXT,     /* the children, joined as text */
    NODE__MAX
};

struct node {
    enum node_kind kind;
    size_t at;    /* in the text that was parsed */
    size_t depth; /* 1: it has no children */
    struct iml_value value;
    const char *name;
    const struct iml_function *function;
    const struct operator_row *operator;
    const struct node *const *children;
    size_t count;
};

#endif
