/* Make's expression language: what a text or a JSON document with {{ expressions }} comes to. */
#ifndef MAKESHIFT_IML_IML_H
#define MAKESHIFT_IML_IML_H

#include "server/iml/run.h"

/* What a text comes to. Where an expression is all of it, the value keeps its type; else the parts
 * are joined. 0; 1: `iml->fault` says where and why not. */
MUST_USE int iml_evaluate(struct iml *iml, const char *text, size_t size, struct iml_value *result);

/* The same of an expression without its braces. */
MUST_USE int iml_evaluate_bare(struct iml *iml, const char *text, size_t size,
                               struct iml_value *result);

/* What a JSON value comes to whose texts and names hold expressions. Members that are undefined are
 * left out, and items that are undefined are null. 0; 1: `*pointer` (RFC 6901) says in which text,
 * and `iml->fault` the rest. */
MUST_USE int iml_fill(struct iml *iml, json_t *document, struct iml_value *result,
                      const char **pointer);

#endif
