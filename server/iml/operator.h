/* TABLE of the operators. */
#ifndef MAKESHIFT_IML_OPERATOR_H
#define MAKESHIFT_IML_OPERATOR_H

#include "server/iml/run.h"

enum operator_settles { OPERATOR_NEVER, OPERATOR_WHEN_TRUE, OPERATOR_WHEN_FALSE };

struct operator_row {
    const char *sign;
    unsigned rank; /* the higher binds the stronger; 0: it stands before its value */
    enum operator_settles settles; /* a left side that is so is the result, and the right unread */
    const char *meaning;
    /* 0; 1: the run's fault says why not. Of one that settles, NULL: else the right is the result.
     * One that stands before its value gets it as `b`. */
    int (*apply)(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                 struct iml_value *result);
};

extern const struct operator_row operator_table[];
extern const size_t operator_count;

/* The longest operator that the text begins with, of those before a value or of those between two;
 * NULL: none. */
const struct operator_row *operator_find(const char *text, size_t size, bool is_before);

/* The number that a value stands for. 0; 1: none. Texts are read whole, spaces around them aside.
 */
MUST_USE int operator_number(const struct iml_value *value, double *number);

/* Texts by their bytes; else numbers, for which a date's text counts beside a date. */
enum operator_order { OPERATOR_LESS, OPERATOR_EQUAL, OPERATOR_MORE, OPERATOR_UNORDERED };
enum operator_order operator_compare(const struct iml *iml, const struct iml_value *a,
                                     const struct iml_value *b);

/* As = has it: what is not there equals what is not there, and of two types the numbers count. */
bool operator_equals(const struct iml *iml, const struct iml_value *a, const struct iml_value *b);

#endif
