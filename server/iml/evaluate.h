/* What an expression comes to. */
#ifndef MAKESHIFT_IML_EVALUATE_H
#define MAKESHIFT_IML_EVALUATE_H

#include "server/iml/node.h"
#include "server/iml/run.h"

/* 0; 1: `iml->fault` says where and why not. */
MUST_USE int evaluate(struct iml *iml, const struct node *node, struct iml_value *result);

/* The item or member that `index` names: of an array by its number, from 1; of a collection by its
 * name. Undefined when there is none. */
struct iml_value evaluate_index(const struct iml_value *of, const struct iml_value *index);

#endif
