/* Texts with {{ expressions }}, and expressions by themselves. */
#ifndef MAKESHIFT_IML_PARSE_H
#define MAKESHIFT_IML_PARSE_H

#include "server/iml/node.h"
#include "server/iml/run.h"

#define PARSE_SIZE_MAX (1024 * 1024) /* bytes of a text that holds expressions */

/* The tree of a text: a value where nothing is to be evaluated, the expression where it is all
 * there is. NULL: it does not parse, and `iml->fault` says where and why. */
const struct node *parse_text(struct iml *iml, const char *text, size_t size);

/* The same of an expression without its braces. */
const struct node *parse_expression(struct iml *iml, const char *text, size_t size);

#endif
