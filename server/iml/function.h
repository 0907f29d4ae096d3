/* TABLES of the functions, by group: what each takes and means. */
#ifndef MAKESHIFT_IML_FUNCTION_H
#define MAKESHIFT_IML_FUNCTION_H

#include "server/base/nearest.h"
#include "server/iml/argument.h"

struct iml_function {
    const char *name; /* NULL ends a table */
    /* "text, encoding?, value...": what may be left out has a ?, and what may be repeated (from
     * none on, if it has a ? as well) dots. */
    const char *takes;
    const char *meaning;
    bool is_bare; /* it is written without parentheses: now */
    bool is_lazy; /* it asks for its arguments (argument_evaluate) when it needs them */
    /* 0; 1: the run's fault says why not. */
    int (*run)(struct iml_call *call, struct iml_value *result);
};

extern const struct iml_function function_values[], function_general[], function_text[],
    function_markup[], function_bytes[], function_math[], function_numbers[], function_date[],
    function_calendar[], function_array[], function_arrangement[], function_runtime[];

/* All of them; NULL ends it. */
extern const struct iml_function *const function_tables[];

/* NULL: Make has none of that name. */
const struct iml_function *function_find(const char *name, size_t size);

/* Offers all names. */
void function_offer(struct nearest *nearest);

/* How many arguments it takes; SIZE_MAX: any number. */
size_t function_least(const struct iml_function *function);
size_t function_most(const struct iml_function *function);

#endif
