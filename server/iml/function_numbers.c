/* Numbers as people write them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/iml/function.h"
#include "server/iml/operator.h"

#define DECIMALS_MAX 20
#define LARGEST 1e21 /* up to which a number has plain digits (ECMA-262 21.1.3.3) */
#define PLAIN_SIZE 64

/* The digits in front of the point, in threes. */
static void put_groups(struct str_buf *out, const char *digits, size_t count, const char *separator)
{
    for (size_t i = 0; i < count; i++) {
        bool begins_group = i > 0 && (count - i) % 3 == 0;
        str_buf_put(out, begins_group ? separator : "");
        str_buf_put_n(out, digits + i, 1);
    }
}

static int take_separator(struct iml_call *call, size_t position, const char *fallback,
                          const char **separator)
{
    *separator = fallback;
    return argument_is_there(call, position) ? argument_name(call, position, separator) : 0;
}

static int run_format_number(struct iml_call *call, struct iml_value *result)
{
    char plain[PLAIN_SIZE];
    const char *point = ",", *thousands = ".";
    double number = 0;
    int64_t decimals = 0;
    struct str_buf out;
    if (argument_number(call, 0, &number) != 0 || argument_integer(call, 1, 0, &decimals) != 0 ||
        take_separator(call, 2, point, &point) != 0 ||
        take_separator(call, 3, thousands, &thousands) != 0) {
        return 1;
    }
    if (decimals < 0 || decimals > DECIMALS_MAX) {
        return argument_refuse(call, 1, "a whole number from 0 to 20");
    }
    if (fabs(number) >= LARGEST) {
        return argument_refuse(call, 0, "a number below 1e21");
    }
    (void)snprintf(plain, sizeof(plain), "%.*f", (int)decimals, fabs(number));
    size_t whole = strcspn(plain, ".");
    str_buf_init(&out, call->iml->arena);
    str_buf_put(&out, number < 0 && strpbrk(plain, "123456789") != NULL ? "-" : "");
    put_groups(&out, plain, whole, thousands);
    if (decimals > 0) {
        str_buf_put(&out, point);
        str_buf_put(&out, plain + whole + 1);
    }
    return argument_give_text(call, &out, result);
}

/* Spaces and the other mark group digits, and are passed over. */
static int run_parse_number(struct iml_call *call, struct iml_value *result)
{
    const char *text = NULL, *point = ".";
    struct str_buf plain;
    const struct iml_value given = argument_value(call, 0);
    double number = 0;
    if (given.type == IML_NUMBER) {
        *result = given;
        return 0;
    }
    if (argument_name(call, 0, &text) != 0 || take_separator(call, 1, point, &point) != 0) {
        return 1;
    }
    if (strlen(point) != 1) {
        return argument_refuse(call, 1, "one character");
    }
    str_buf_init(&plain, call->iml->arena);
    for (; *text != '\0'; text++) {
        if (*text == *point) {
            str_buf_put(&plain, ".");
        } else if (strchr(" ,.'\t", *text) == NULL) {
            str_buf_put_n(&plain, text, 1);
        }
    }
    const struct iml_value digits = iml_text_n(str_buf_text(&plain), plain.size);
    if (operator_number(&digits, &number) != 0) {
        return argument_refuse(call, 0, "a number as a text");
    }
    *result = iml_number(number);
    return 0;
}

const struct iml_function function_numbers[] = {
    {.name = "formatNumber",
     .takes = "number, decimals?, decimalSeparator?, thousandsSeparator?",
     .meaning = "the number with so many decimals, a comma in front of them and points between "
                "thousands",
     .run = run_format_number},
    {.name = "parseNumber",
     .takes = "text, decimalSeparator?",
     .meaning = "the number that a text shows, with a point in front of its decimals",
     .run = run_parse_number},
    {.name = NULL},
};
