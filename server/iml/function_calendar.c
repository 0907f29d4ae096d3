/* Functions that change a part of a date: by so much, or to what is said. The calendar is that of
 * the run's time zone. */
#include <strings.h>

#include "server/iml/calendar.h"
#include "server/iml/date_token.h"
#include "server/iml/function.h"

#define PART_LIMIT 1000000000000 /* of what is added or set */

static int refuse_date(struct iml_call *call)
{
    return iml_refuse(call->iml, "the date would be outside of the years 0 to 9999");
}

/* The date of the first argument, on the calendar. */
static int take_date(struct iml_call *call, struct calendar *calendar)
{
    int64_t at = 0;
    if (argument_date(call, 0, &at) != 0) {
        return 1;
    }
    return calendar_split(at, call->iml->zone, calendar) == CALENDAR_OK ? 0 : refuse_date(call);
}

static int take_amount(struct iml_call *call, int64_t *amount)
{
    if (argument_integer(call, 1, 0, amount) != 0) {
        return 1;
    }
    return *amount >= -PART_LIMIT && *amount <= PART_LIMIT
               ? 0
               : argument_refuse(call, 1, "a smaller number");
}

static int give_date(struct iml_call *call, const struct calendar *calendar,
                     struct iml_value *result)
{
    int64_t at = 0;
    if (calendar_join(calendar, call->iml->zone, &at) != CALENDAR_OK) {
        return refuse_date(call);
    }
    *result = iml_date(at);
    return 0;
}

/* A time that goes on by so much, whatever clocks do meanwhile. */
static int add_time(struct iml_call *call, int64_t unit, struct iml_value *result)
{
    int64_t at = 0;
    double amount = 0;
    if (argument_date(call, 0, &at) != 0 || argument_number(call, 1, &amount) != 0) {
        return 1;
    }
    double sum = (double)at + amount * (double)unit;
    if (!(sum >= (double)CALENDAR_FIRST && sum <= (double)CALENDAR_LAST)) {
        return refuse_date(call);
    }
    *result = iml_date((int64_t)sum);
    return 0;
}

static int run_add_seconds(struct iml_call *call, struct iml_value *result)
{
    return add_time(call, 1000, result);
}

static int run_add_minutes(struct iml_call *call, struct iml_value *result)
{
    return add_time(call, 60000, result);
}

static int run_add_hours(struct iml_call *call, struct iml_value *result)
{
    return add_time(call, 3600000, result);
}

/* The same time of day, so many days on. */
static int add_days(struct iml_call *call, int64_t each, struct iml_value *result)
{
    struct calendar calendar = {0};
    int64_t amount = 0;
    if (take_date(call, &calendar) != 0 || take_amount(call, &amount) != 0) {
        return 1;
    }
    calendar.day += amount * each;
    return give_date(call, &calendar, result);
}

static int run_add_days(struct iml_call *call, struct iml_value *result)
{
    return add_days(call, 1, result);
}

static int run_add_weeks(struct iml_call *call, struct iml_value *result)
{
    return add_days(call, 7, result);
}

/* A month that is too short has its last day instead. */
static int give_month(struct iml_call *call, struct calendar *calendar, struct iml_value *result)
{
    if (calendar->month > PART_LIMIT || calendar->month < -PART_LIMIT) {
        return refuse_date(call);
    }
    int64_t last = calendar_month_days(calendar->year, calendar->month);
    calendar->day = calendar->day > last ? last : calendar->day;
    return give_date(call, calendar, result);
}

static int add_months(struct iml_call *call, int64_t each, struct iml_value *result)
{
    struct calendar calendar = {0};
    int64_t amount = 0;
    if (take_date(call, &calendar) != 0 || take_amount(call, &amount) != 0) {
        return 1;
    }
    calendar.month += amount * each;
    return give_month(call, &calendar, result);
}

static int run_add_months(struct iml_call *call, struct iml_value *result)
{
    return add_months(call, 1, result);
}

static int run_add_quarters(struct iml_call *call, struct iml_value *result)
{
    return add_months(call, 3, result);
}

static int run_add_years(struct iml_call *call, struct iml_value *result)
{
    return add_months(call, 12, result);
}

static int set_part(struct iml_call *call, int64_t *(*part_of)(struct calendar *),
                    struct iml_value *result)
{
    struct calendar calendar = {0};
    if (take_date(call, &calendar) != 0 || take_amount(call, part_of(&calendar)) != 0) {
        return 1;
    }
    return give_date(call, &calendar, result);
}

static int64_t *second_of(struct calendar *calendar)
{
    return &calendar->second;
}

static int64_t *minute_of(struct calendar *calendar)
{
    return &calendar->minute;
}

static int64_t *hour_of(struct calendar *calendar)
{
    return &calendar->hour;
}

static int64_t *day_of(struct calendar *calendar)
{
    return &calendar->day;
}

static int run_set_second(struct iml_call *call, struct iml_value *result)
{
    return set_part(call, second_of, result);
}

static int run_set_minute(struct iml_call *call, struct iml_value *result)
{
    return set_part(call, minute_of, result);
}

static int run_set_hour(struct iml_call *call, struct iml_value *result)
{
    return set_part(call, hour_of, result);
}

static int run_set_date(struct iml_call *call, struct iml_value *result)
{
    return set_part(call, day_of, result);
}

/* A number from 1, or an English name. */
static int take_named(struct iml_call *call, const char *const *names, int64_t *number)
{
    const struct iml_value value = argument_value(call, 1);
    const char *name = NULL;
    if (value.type != IML_TEXT) {
        return take_amount(call, number);
    }
    if (argument_name(call, 1, &name) != 0) {
        return 1;
    }
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcasecmp(names[i], name) == 0) {
            *number = (int64_t)i + 1;
            return 0;
        }
    }
    return take_amount(call, number);
}

static int run_set_day(struct iml_call *call, struct iml_value *result)
{
    struct calendar calendar = {0};
    int64_t number = 0;
    if (take_date(call, &calendar) != 0 || take_named(call, date_token_weekdays, &number) != 0) {
        return 1;
    }
    calendar.day += number - 1 - calendar.weekday;
    return give_date(call, &calendar, result);
}

static int run_set_month(struct iml_call *call, struct iml_value *result)
{
    struct calendar calendar = {0};
    if (take_date(call, &calendar) != 0 ||
        take_named(call, date_token_months, &calendar.month) != 0) {
        return 1;
    }
    return give_month(call, &calendar, result);
}

static int run_set_year(struct iml_call *call, struct iml_value *result)
{
    struct calendar calendar = {0};
    if (take_date(call, &calendar) != 0 || take_amount(call, &calendar.year) != 0) {
        return 1;
    }
    return give_month(call, &calendar, result);
}

const struct iml_function function_calendar[] = {
    {.name = "addSeconds",
     .takes = "date, number",
     .meaning = "so many seconds later",
     .run = run_add_seconds},
    {.name = "addMinutes",
     .takes = "date, number",
     .meaning = "so many minutes later",
     .run = run_add_minutes},
    {.name = "addHours",
     .takes = "date, number",
     .meaning = "so many hours later",
     .run = run_add_hours},
    {.name = "addDays",
     .takes = "date, number",
     .meaning = "so many days later, at the same time of day",
     .run = run_add_days},
    {.name = "addWeeks",
     .takes = "date, number",
     .meaning = "so many weeks later, at the same time of day",
     .run = run_add_weeks},
    {.name = "addMonths",
     .takes = "date, number",
     .meaning = "so many months later; the last day of a month that is too short",
     .run = run_add_months},
    {.name = "addQuarters",
     .takes = "date, number",
     .meaning = "so many times three months later",
     .run = run_add_quarters},
    {.name = "addYears",
     .takes = "date, number",
     .meaning = "so many years later",
     .run = run_add_years},
    {.name = "setSecond",
     .takes = "date, number",
     .meaning = "with this second; beyond 0 to 59, of another minute",
     .run = run_set_second},
    {.name = "setMinute",
     .takes = "date, number",
     .meaning = "with this minute; beyond 0 to 59, of another hour",
     .run = run_set_minute},
    {.name = "setHour",
     .takes = "date, number",
     .meaning = "with this hour; beyond 0 to 23, of another day",
     .run = run_set_hour},
    {.name = "setDate",
     .takes = "date, number",
     .meaning = "with this day of the month; beyond it, of another month",
     .run = run_set_date},
    {.name = "setDay",
     .takes = "date, day",
     .meaning = "the day of its week by number, from Sunday as 1, or by English name",
     .run = run_set_day},
    {.name = "setMonth",
     .takes = "date, month",
     .meaning = "with this month by number, from January as 1, or by English name",
     .run = run_set_month},
    {.name = "setYear", .takes = "date, number", .meaning = "with this year", .run = run_set_year},
    {.name = NULL},
};
