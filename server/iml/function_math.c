/* Functions of several numbers, and the simple ones of one. */
#include <math.h>
#include <stdlib.h>

#include "server/iml/function.h"
#include "server/iml/operator.h"

struct numbers {
    double *all;
    size_t count;
};

/* The items of an array, or the arguments themselves. */
static int take_numbers(struct iml_call *call, struct numbers *numbers)
{
    const struct iml_value first = argument_value(call, 0);
    bool is_array = call->count == 1 && first.type == IML_ARRAY;
    numbers->count = is_array ? first.size : call->count;
    numbers->all = iml_make(call->iml, numbers->count, sizeof(*numbers->all));
    if (numbers->all == NULL || iml_spend(call->iml, numbers->count) != 0) {
        return 1;
    }
    for (size_t i = 0; i < numbers->count; i++) {
        const struct iml_value *value = is_array ? &first.items[i] : &call->values[i];
        if (operator_number(value, &numbers->all[i]) != 0) {
            return argument_refuse(call, is_array ? 0 : i,
                                   is_array ? "an array of numbers alone" : "a number");
        }
    }
    return 0;
}

static double sum_of(const struct numbers *numbers)
{
    double sum = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        sum += numbers->all[i];
    }
    return sum;
}

static int ascending(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double largest_of(const struct numbers *numbers)
{
    double found = numbers->all[0];
    for (size_t i = 1; i < numbers->count; i++) {
        found = fmax(found, numbers->all[i]);
    }
    return found;
}

static double smallest_of(const struct numbers *numbers)
{
    double found = numbers->all[0];
    for (size_t i = 1; i < numbers->count; i++) {
        found = fmin(found, numbers->all[i]);
    }
    return found;
}

static double average_of(const struct numbers *numbers)
{
    return sum_of(numbers) / (double)numbers->count;
}

static double median_of(const struct numbers *numbers)
{
    size_t half = numbers->count / 2;
    qsort(numbers->all, numbers->count, sizeof(*numbers->all), ascending);
    return numbers->count % 2 == 1 ? numbers->all[half]
                                   : (numbers->all[half - 1] + numbers->all[half]) / 2;
}

static double squares_of(const struct numbers *numbers)
{
    double average = average_of(numbers), sum = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        sum += (numbers->all[i] - average) * (numbers->all[i] - average);
    }
    return sum;
}

static double deviation_of_all(const struct numbers *numbers)
{
    return sqrt(squares_of(numbers) / (double)numbers->count);
}

static double deviation_of_sample(const struct numbers *numbers)
{
    return numbers->count < 2 ? 0 : sqrt(squares_of(numbers) / (double)(numbers->count - 1));
}

/* Undefined for no numbers. */
static int fold(struct iml_call *call, double (*of)(const struct numbers *),
                struct iml_value *result)
{
    struct numbers numbers = {0};
    if (take_numbers(call, &numbers) != 0) {
        return 1;
    }
    *result = numbers.count == 0 ? iml_undefined : iml_number(of(&numbers));
    return 0;
}

static int run_average(struct iml_call *call, struct iml_value *result)
{
    return fold(call, average_of, result);
}

static int run_max(struct iml_call *call, struct iml_value *result)
{
    return fold(call, largest_of, result);
}

static int run_min(struct iml_call *call, struct iml_value *result)
{
    return fold(call, smallest_of, result);
}

static int run_median(struct iml_call *call, struct iml_value *result)
{
    return fold(call, median_of, result);
}

static int run_stdev_p(struct iml_call *call, struct iml_value *result)
{
    return fold(call, deviation_of_all, result);
}

static int run_stdev_s(struct iml_call *call, struct iml_value *result)
{
    return fold(call, deviation_of_sample, result);
}

static int run_sum(struct iml_call *call, struct iml_value *result)
{
    struct numbers numbers = {0};
    if (take_numbers(call, &numbers) != 0) {
        return 1;
    }
    *result = iml_number(sum_of(&numbers));
    return 0;
}

static int map_number(struct iml_call *call, double (*map)(double), struct iml_value *result)
{
    double number = 0;
    if (argument_number(call, 0, &number) != 0) {
        return 1;
    }
    *result = iml_number(map(number) + 0.0); /* no -0 */
    return 0;
}

static int run_abs(struct iml_call *call, struct iml_value *result)
{
    return map_number(call, fabs, result);
}

static int run_ceil(struct iml_call *call, struct iml_value *result)
{
    return map_number(call, ceil, result);
}

static int run_floor(struct iml_call *call, struct iml_value *result)
{
    return map_number(call, floor, result);
}

/* ECMAScript's Math.round: a half goes up. */
static double round_up(double number)
{
    double whole = floor(number);
    return number - whole >= 0.5 ? whole + 1 : whole;
}

static int run_round(struct iml_call *call, struct iml_value *result)
{
    return map_number(call, round_up, result);
}

static int run_trunc(struct iml_call *call, struct iml_value *result)
{
    return map_number(call, trunc, result);
}

const struct iml_function function_math[] = {
    {.name = "abs", .takes = "number", .meaning = "the number without its sign", .run = run_abs},
    {.name = "average",
     .takes = "number...",
     .meaning = "the average of an array's numbers, or of the arguments",
     .run = run_average},
    {.name = "ceil", .takes = "number", .meaning = "the next whole number up", .run = run_ceil},
    {.name = "floor", .takes = "number", .meaning = "the next whole number down", .run = run_floor},
    {.name = "max", .takes = "number...", .meaning = "the largest", .run = run_max},
    {.name = "median",
     .takes = "number...",
     .meaning = "the one in the middle, or the average of the two there",
     .run = run_median},
    {.name = "min", .takes = "number...", .meaning = "the smallest", .run = run_min},
    {.name = "round",
     .takes = "number",
     .meaning = "the nearest whole number; a half goes up",
     .run = run_round},
    {.name = "stdevP",
     .takes = "number...",
     .meaning = "the standard deviation of a population",
     .run = run_stdev_p},
    {.name = "stdevS",
     .takes = "number...",
     .meaning = "the standard deviation of a sample",
     .run = run_stdev_s},
    {.name = "sum", .takes = "number...", .meaning = "the sum", .run = run_sum},
    {.name = "trunc",
     .takes = "number",
     .meaning = "the number without its fraction",
     .run = run_trunc},
    {.name = NULL},
};
