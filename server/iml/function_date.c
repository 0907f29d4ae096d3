/* Functions that write, read and compare dates. */
#include <string.h>
#include <strings.h>

#include "server/iml/calendar.h"
#include "server/iml/date_text.h"
#include "server/iml/function.h"
#include "server/iml/zone.h"

static int take_zone(struct iml_call *call, size_t position, const char **zone)
{
    *zone = call->iml->zone;
    if (!argument_is_there(call, position)) {
        return 0;
    }
    if (argument_name(call, position, zone) != 0) {
        return 1;
    }
    return zone_is_known(*zone)
               ? 0
               : argument_refuse(call, position, "a time zone such as 'Europe/Prague'");
}

static int run_format_date(struct iml_call *call, struct iml_value *result)
{
    const char *format = NULL, *zone = NULL;
    struct str_buf out;
    int64_t at = 0;
    if (argument_date(call, 0, &at) != 0 || argument_name(call, 1, &format) != 0 ||
        take_zone(call, 2, &zone) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    if (iml_spend(call->iml, strlen(format)) != 0) {
        return 1;
    }
    return date_format(&out, at, format, zone) == CALENDAR_OK
               ? argument_give_text(call, &out, result)
               : argument_refuse(call, 0, "a date of the years 0 to 9999");
}

/* With one argument, a date or ISO 8601. */
static int parse_iso(struct iml_call *call, struct iml_value *result)
{
    int64_t at = 0;
    int outcome = argument_date(call, 0, &at);
    *result = iml_date(at);
    return outcome;
}

static int run_parse_date(struct iml_call *call, struct iml_value *result)
{
    struct date_reading reading = {.now = call->iml->now};
    const char *problem = NULL;
    int64_t at = 0;
    if (call->count == 1) {
        return parse_iso(call, result);
    }
    if (argument_name(call, 0, &reading.text) != 0 ||
        argument_name(call, 1, &reading.format) != 0 || take_zone(call, 2, &reading.zone) != 0 ||
        iml_spend(call->iml, strlen(reading.format) + strlen(reading.text)) != 0) {
        return 1;
    }
    if (date_parse(call->iml->arena, &reading, &at, &problem) != 0) {
        bool is_zone = zone_is_known(reading.format);
        return iml_refuse(call->iml,
                          is_zone ? arena_printf(call->iml->arena,
                                                 "the second argument of parseDate is the format; "
                                                 "the time zone '%s' stands there",
                                                 reading.format)
                                  : problem);
    }
    *result = iml_date(at);
    return 0;
}

static int64_t months_of(const struct calendar *calendar)
{
    return calendar->year * 12 + calendar->month;
}

/* Whole months from the one to the other. */
static int between_months(struct iml_call *call, int64_t from, int64_t to, int64_t *months)
{
    struct calendar a = {0}, b = {0};
    int64_t reached = 0;
    if (calendar_split(from, call->iml->zone, &a) != CALENDAR_OK ||
        calendar_split(to, call->iml->zone, &b) != CALENDAR_OK) {
        return argument_refuse(call, 0, "a date of the years 0 to 9999");
    }
    *months = months_of(&b) - months_of(&a);
    int64_t last = calendar_month_days(a.year, a.month + *months);
    a.month += *months;
    a.day = a.day > last ? last : a.day;
    if (calendar_join(&a, call->iml->zone, &reached) != CALENDAR_OK) {
        return argument_refuse(call, 0, "a date of the years 0 to 9999");
    }
    *months -= *months > 0 && reached > to ? 1 : 0;
    *months += *months < 0 && reached < to ? 1 : 0;
    return 0;
}

static int run_date_difference(struct iml_call *call, struct iml_value *result)
{
    static const char *const words[] = {"milliseconds", "seconds", "minutes",  "hours", "days",
                                        "weeks",        "months",  "quarters", "years", NULL};
    static const int64_t units[] = {1, 1000, 60000, 3600000, 86400000, 604800000};
    static const int64_t months_each[] = {1, 3, 12};
    int64_t from = 0, to = 0, difference = 0;
    size_t word = 0;
    if (argument_date(call, 0, &from) != 0 || argument_date(call, 1, &to) != 0 ||
        argument_word(call, 2, words, &word) != 0) {
        return 1;
    }
    if (word < COUNT(units)) {
        int64_t whole = (from - to) / units[word];
        *result = iml_number((double)whole);
        return 0;
    }
    int outcome = between_months(call, to, from, &difference);
    int64_t whole = difference / months_each[word - COUNT(units)];
    *result = iml_number((double)whole);
    return outcome;
}

const struct iml_function function_date[] = {
    {.name = "dateDifference",
     .takes = "date, earlier, unit?",
     .meaning = "the first less the second in whole milliseconds, seconds, minutes, hours, days, "
                "weeks, months, quarters or years",
     .run = run_date_difference},
    {.name = "formatDate",
     .takes = "date, format, timezone?",
     .meaning = "the date as a text, by the tokens of the format",
     .run = run_format_date},
    {.name = "parseDate",
     .takes = "text, format?, timezone?",
     .meaning = "the date that a text shows, by the tokens of the format; without one, ISO 8601",
     .run = run_parse_date},
    {.name = NULL},
};
