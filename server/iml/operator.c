#include "server/iml/operator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"
#include "server/iml/calendar.h"
#include "server/iml/write.h"

#define NUMERAL_MAX 64 /* bytes of a text that is read as a number */

/* A decimal number, and nothing of what strtod knows beside (0x10, inf, nan). */
static int text_number(const struct iml_value *text, double *number)
{
    char copy[NUMERAL_MAX + 1] = "";
    const char *at = text->bytes, *end = at + text->size;
    while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0') {
        at++;
    }
    while (end > at && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != '\0') {
        end--;
    }
    size_t size = (size_t)(end - at);
    if (size == 0 || size > NUMERAL_MAX) {
        return 1;
    }
    memcpy(copy, at, size);
    char *stopped = NULL;
    *number = strtod(copy, &stopped);
    return strspn(copy, "0123456789+-.eE") == size && *stopped == '\0' ? 0 : 1;
}

int operator_number(const struct iml_value *value, double *number)
{
    switch (value->type) {
    case IML_NUMBER:
        *number = value->number;
        return 0;
    case IML_BOOLEAN:
        *number = value->boolean ? 1 : 0;
        return 0;
    case IML_DATE:
        *number = (double)value->date;
        return 0;
    case IML_TEXT:
        return text_number(value, number);
    case IML_UNDEFINED:
    case IML_NULL:
    case IML_BUFFER:
    case IML_ARRAY:
    case IML_COLLECTION:
    case IML_TYPE__MAX:
        break;
    }
    return 1;
}

static enum operator_order order(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return OPERATOR_UNORDERED;
    }
    return a < b ? OPERATOR_LESS : a > b ? OPERATOR_MORE : OPERATOR_EQUAL;
}

static enum operator_order order_texts(const struct iml_value *a, const struct iml_value *b)
{
    size_t size = a->size < b->size ? a->size : b->size;
    int difference = size == 0 ? 0 : memcmp(a->bytes, b->bytes, size);
    return difference != 0 ? order(difference, 0) : order((double)a->size, (double)b->size);
}

/* A date beside a text that is ISO 8601. */
static bool as_date(const struct iml *iml, const struct iml_value *value,
                    const struct iml_value *other, double *at)
{
    int64_t read = 0;
    if (value->type != IML_TEXT || other->type != IML_DATE ||
        calendar_read(value->bytes, value->size, iml->zone, &read) != 0) {
        return false;
    }
    *at = (double)read;
    return true;
}

enum operator_order operator_compare(const struct iml *iml, const struct iml_value *a,
                                     const struct iml_value *b)
{
    double left = 0, right = 0;
    bool both_texts = (a->type == IML_TEXT || a->type == IML_BUFFER) && a->type == b->type;
    if (both_texts) {
        return order_texts(a, b);
    }
    if ((as_date(iml, a, b, &left) || operator_number(a, &left) == 0) &&
        (as_date(iml, b, a, &right) || operator_number(b, &right) == 0)) {
        return order(left, right);
    }
    return OPERATOR_UNORDERED;
}

bool operator_equals(const struct iml *iml, const struct iml_value *a, const struct iml_value *b)
{
    if (!iml_is_there(a) || !iml_is_there(b)) {
        return iml_is_there(a) == iml_is_there(b);
    }
    return iml_same(a, b) || (a->type != b->type && operator_compare(iml, a, b) == OPERATOR_EQUAL);
}

static int apply_equal(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                       struct iml_value *result)
{
    *result = iml_boolean(operator_equals(iml, a, b));
    return 0;
}

static int apply_unequal(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                         struct iml_value *result)
{
    *result = iml_boolean(!operator_equals(iml, a, b));
    return 0;
}

static int apply_same(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    (void)iml;
    *result = iml_boolean(iml_same(a, b));
    return 0;
}

static int apply_not_same(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                          struct iml_value *result)
{
    (void)iml;
    *result = iml_boolean(!iml_same(a, b));
    return 0;
}

static enum operator_order weigh(struct iml *iml, const struct iml_value *a,
                                 const struct iml_value *b)
{
    enum operator_order found = operator_compare(iml, a, b);
    if (!iml_is_there(a) || !iml_is_there(b)) {
        iml_note(iml, "a comparison with what is not there is false");
    } else if (found == OPERATOR_UNORDERED) {
        iml_note(iml, arena_printf(iml->arena, "a comparison of %s with %s is false",
                                   iml_type_names[a->type], iml_type_names[b->type]));
    }
    return found;
}

static int apply_less(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    *result = iml_boolean(weigh(iml, a, b) == OPERATOR_LESS);
    return 0;
}

static int apply_more(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    *result = iml_boolean(weigh(iml, a, b) == OPERATOR_MORE);
    return 0;
}

static int apply_at_most(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                         struct iml_value *result)
{
    enum operator_order found = weigh(iml, a, b);
    *result = iml_boolean(found == OPERATOR_LESS || found == OPERATOR_EQUAL);
    return 0;
}

static int apply_at_least(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                          struct iml_value *result)
{
    enum operator_order found = weigh(iml, a, b);
    *result = iml_boolean(found == OPERATOR_MORE || found == OPERATOR_EQUAL);
    return 0;
}

static int refuse_number(struct iml *iml, const char *sign, const struct iml_value *value)
{
    bool may_be_name = value->type == IML_UNDEFINED && str_equal(sign, "-");
    return iml_refuse(iml,
                      arena_printf(iml->arena, "%s is no number, which '%s' needs%s",
                                   iml_type_names[value->type], sign,
                                   may_be_name ? "; a name with a dash stands in backticks" : ""));
}

static int both_numbers(struct iml *iml, const char *sign, const struct iml_value *a,
                        const struct iml_value *b, double numbers[2])
{
    if (operator_number(a, &numbers[0]) != 0) {
        return refuse_number(iml, sign, a);
    }
    return operator_number(b, &numbers[1]) != 0 ? refuse_number(iml, sign, b) : 0;
}

static int join(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                struct iml_value *result)
{
    struct str_buf buf;
    str_buf_init(&buf, iml->arena);
    iml_write_text(&buf, a);
    iml_write_text(&buf, b);
    if (iml_make(iml, buf.size, 1) == NULL) {
        return 1;
    }
    *result = iml_text_n(str_buf_text(&buf), buf.size);
    return 0;
}

/* Dates are no numbers here: what is joined to one is text. */
static int apply_plus(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    double left = 0, right = 0;
    bool adds = a->type != IML_DATE && b->type != IML_DATE && operator_number(a, &left) == 0 &&
                operator_number(b, &right) == 0;
    if (!adds) {
        return join(iml, a, b, result);
    }
    *result = iml_number(left + right);
    return 0;
}

static int apply_minus(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                       struct iml_value *result)
{
    double numbers[2] = {0};
    if (both_numbers(iml, "-", a, b, numbers) != 0) {
        return 1;
    }
    *result = iml_number(numbers[0] - numbers[1]);
    return 0;
}

static int apply_times(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                       struct iml_value *result)
{
    double numbers[2] = {0};
    if (both_numbers(iml, "*", a, b, numbers) != 0) {
        return 1;
    }
    *result = iml_number(numbers[0] * numbers[1]);
    return 0;
}

static int apply_over(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    double numbers[2] = {0};
    if (both_numbers(iml, "/", a, b, numbers) != 0) {
        return 1;
    }
    if (numbers[1] == 0) {
        return iml_refuse(iml, "nothing can be divided by 0");
    }
    *result = iml_number(numbers[0] / numbers[1]);
    return 0;
}

static int apply_rest(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                      struct iml_value *result)
{
    double numbers[2] = {0};
    if (both_numbers(iml, "%", a, b, numbers) != 0) {
        return 1;
    }
    if (numbers[1] == 0) {
        return iml_refuse(iml, "nothing can be divided by 0");
    }
    *result = iml_number(fmod(numbers[0], numbers[1]));
    return 0;
}

static int apply_not(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                     struct iml_value *result)
{
    (void)iml;
    (void)a;
    *result = iml_boolean(!iml_is_true(b));
    return 0;
}

static int apply_negate(struct iml *iml, const struct iml_value *a, const struct iml_value *b,
                        struct iml_value *result)
{
    double number = 0;
    (void)a;
    if (operator_number(b, &number) != 0) {
        return refuse_number(iml, "-", b);
    }
    *result = iml_number(-number);
    return 0;
}

const struct operator_row operator_table[] = {
    {.sign = "||",
     .rank = 1,
     .settles = OPERATOR_WHEN_TRUE,
     .meaning = "the left if it is true, else the right"},
    {.sign = "&&",
     .rank = 2,
     .settles = OPERATOR_WHEN_FALSE,
     .meaning = "the right if the left is true, else the left"},
    {.sign = "===", .rank = 3, .apply = apply_same, .meaning = "equal, and of one type"},
    {.sign = "!==", .rank = 3, .apply = apply_not_same, .meaning = "not so"},
    {.sign = "==", .rank = 3, .apply = apply_equal, .meaning = "equal"},
    {.sign = "!=", .rank = 3, .apply = apply_unequal, .meaning = "not equal"},
    {.sign = "=", .rank = 3, .apply = apply_equal, .meaning = "equal"},
    {.sign = "<=", .rank = 4, .apply = apply_at_most, .meaning = "less or equal"},
    {.sign = ">=", .rank = 4, .apply = apply_at_least, .meaning = "greater or equal"},
    {.sign = "<", .rank = 4, .apply = apply_less, .meaning = "less"},
    {.sign = ">", .rank = 4, .apply = apply_more, .meaning = "greater"},
    {.sign = "+",
     .rank = 5,
     .apply = apply_plus,
     .meaning = "the sum of numbers, else the texts joined"},
    {.sign = "-", .rank = 5, .apply = apply_minus, .meaning = "the difference"},
    {.sign = "*", .rank = 6, .apply = apply_times, .meaning = "the product"},
    {.sign = "/", .rank = 6, .apply = apply_over, .meaning = "the quotient"},
    {.sign = "%", .rank = 6, .apply = apply_rest, .meaning = "what a division leaves"},
    {.sign = "!", .apply = apply_not, .meaning = "true for what is not true"},
    {.sign = "-", .apply = apply_negate, .meaning = "the number with its sign changed"},
};
const size_t operator_count = COUNT(operator_table);

const struct operator_row *operator_find(const char *text, size_t size, bool is_before)
{
    const struct operator_row *found = NULL;
    for (size_t i = 0; i < operator_count; i++) {
        const struct operator_row *row = &operator_table[i];
        size_t length = strlen(row->sign);
        if ((row->rank == 0) == is_before && length <= size &&
            memcmp(text, row->sign, length) == 0 &&
            (found == NULL || length > strlen(found->sign))) {
            found = row;
        }
    }
    return found;
}
