/* What a function gets, taken as what it needs. */
#ifndef MAKESHIFT_IML_ARGUMENT_H
#define MAKESHIFT_IML_ARGUMENT_H

#include "server/base/str.h"
#include "server/iml/node.h"
#include "server/iml/run.h"

struct iml_call {
    struct iml *iml;
    const struct node *node;
    struct iml_value *values; /* of a lazy function, those that it has asked for */
    size_t count;
};

/* Arguments are counted from 0. Each of these gives 0; or 1 when the argument is of no such kind:
 * the run's fault then names its position, what stood there and what is expected. One that was left
 * out is undefined. */

/* Evaluates an argument of a lazy function. */
MUST_USE int argument_evaluate(struct iml_call *call, size_t position, struct iml_value *value);

/* Whether it was given, and is neither undefined nor null. */
bool argument_is_there(const struct iml_call *call, size_t position);

/* The value itself; undefined when it was left out. */
struct iml_value argument_value(const struct iml_call *call, size_t position);

/* A text, whatever the value is: what is not there is empty. */
MUST_USE int argument_text(struct iml_call *call, size_t position, struct iml_value *text);

/* The same NUL-terminated, for what is a word. */
MUST_USE int argument_name(struct iml_call *call, size_t position, const char **name);

MUST_USE int argument_number(struct iml_call *call, size_t position, double *number);

/* A whole number; `fallback` when it is not there. */
MUST_USE int argument_integer(struct iml_call *call, size_t position, int64_t fallback,
                              int64_t *number);

/* A date, or a text of ISO 8601. */
MUST_USE int argument_date(struct iml_call *call, size_t position, int64_t *at);

/* An array; what is not there is an empty one. */
MUST_USE int argument_array(struct iml_call *call, size_t position, struct iml_value *array);

/* A collection; what is not there is an empty one. */
MUST_USE int argument_collection(struct iml_call *call, size_t position,
                                 struct iml_value *collection);

/* One of these words, whose index it gives; 0 when it is not there. NULL ends them. */
MUST_USE int argument_word(struct iml_call *call, size_t position, const char *const *words,
                           size_t *index);

/* Says that an argument is not as expected. Gives 1. */
MUST_USE int argument_refuse(struct iml_call *call, size_t position, const char *expected);

/* Gives a text as the result, charged to the run. */
MUST_USE int argument_give_text(struct iml_call *call, struct str_buf *text,
                                struct iml_value *result);

#endif
