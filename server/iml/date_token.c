#include "server/iml/date_token.h"

#include <string.h>

#include "server/base/attr.h"

const char *const date_token_months[] = {"January",  "February", "March",  "April",     "May",
                                         "June",     "July",     "August", "September", "October",
                                         "November", "December", NULL};
const char *const date_token_weekdays[] = {"Sunday",   "Monday", "Tuesday",  "Wednesday",
                                           "Thursday", "Friday", "Saturday", NULL};

static int64_t year_of(const struct calendar *calendar)
{
    return calendar->year;
}

static int64_t short_year_of(const struct calendar *calendar)
{
    return calendar->year % 100;
}

static int64_t quarter_of(const struct calendar *calendar)
{
    return (calendar->month + 2) / 3;
}

static int64_t month_of(const struct calendar *calendar)
{
    return calendar->month;
}

static int64_t day_of(const struct calendar *calendar)
{
    return calendar->day;
}

static int64_t yearday_of(const struct calendar *calendar)
{
    return calendar->yearday;
}

static int64_t weekday_of(const struct calendar *calendar)
{
    return calendar->weekday;
}

/* ISO 8601: Monday is 1, Sunday 7. */
static int64_t iso_weekday_of(const struct calendar *calendar)
{
    return calendar->weekday == 0 ? 7 : calendar->weekday;
}

/* A week belongs to the year of its `pivot`, a day from 0 on; its days before this one are `past`.
 */
struct week {
    int64_t year, number;
};

static struct week week_with(const struct calendar *calendar, int64_t past, int64_t pivot)
{
    struct calendar day = *calendar;
    day.day += pivot - past;
    int64_t days = calendar_days(&day);
    struct week week = {.year = calendar->year};
    for (int64_t year = calendar->year - 1; year <= calendar->year + 1; year++) {
        const struct calendar first = {.year = year, .month = 1, .day = 1};
        if (calendar_days(&first) <= days) {
            week = (struct week){.year = year, .number = (days - calendar_days(&first)) / 7 + 1};
        }
    }
    return week;
}

/* ISO 8601: from Monday, and of its Thursday's year. */
static struct week iso_week_of(const struct calendar *calendar)
{
    return week_with(calendar, iso_weekday_of(calendar) - 1, 3);
}

/* In English: from Sunday, and of its Saturday's year. */
static struct week english_week_of(const struct calendar *calendar)
{
    return week_with(calendar, calendar->weekday, 6);
}

static int64_t iso_week_number_of(const struct calendar *calendar)
{
    return iso_week_of(calendar).number;
}

static int64_t iso_week_year_of(const struct calendar *calendar)
{
    return iso_week_of(calendar).year;
}

static int64_t short_iso_week_year_of(const struct calendar *calendar)
{
    return iso_week_of(calendar).year % 100;
}

static int64_t week_number_of(const struct calendar *calendar)
{
    return english_week_of(calendar).number;
}

static int64_t week_year_of(const struct calendar *calendar)
{
    return english_week_of(calendar).year;
}

static int64_t short_week_year_of(const struct calendar *calendar)
{
    return english_week_of(calendar).year % 100;
}

static int64_t hour_of(const struct calendar *calendar)
{
    return calendar->hour;
}

static int64_t hour_of_half(const struct calendar *calendar)
{
    return calendar->hour % 12 == 0 ? 12 : calendar->hour % 12;
}

static int64_t hour_from_one(const struct calendar *calendar)
{
    return calendar->hour == 0 ? 24 : calendar->hour;
}

static int64_t minute_of(const struct calendar *calendar)
{
    return calendar->minute;
}

static int64_t second_of(const struct calendar *calendar)
{
    return calendar->second;
}

const struct date_token date_token_table[] = {
    {.text = "YYYY", .part = PART_YEAR, .width = 4, .digits_max = 4, .get = year_of},
    {.text = "YY", .part = PART_SHORT_YEAR, .width = 2, .digits_max = 2, .get = short_year_of},
    {.text = "Qo", .form = FORM_ORDINAL, .get = quarter_of},
    {.text = "Q", .width = 1, .get = quarter_of},
    {.text = "MMMM",
     .form = FORM_NAME,
     .part = PART_MONTH,
     .get = month_of,
     .names = date_token_months,
     .first = 1},
    {.text = "MMM",
     .form = FORM_NAME,
     .part = PART_MONTH,
     .width = 3,
     .get = month_of,
     .names = date_token_months,
     .first = 1},
    {.text = "MM", .part = PART_MONTH, .width = 2, .digits_max = 2, .get = month_of},
    {.text = "Mo", .form = FORM_ORDINAL, .part = PART_MONTH, .digits_max = 2, .get = month_of},
    {.text = "M", .part = PART_MONTH, .width = 1, .digits_max = 2, .get = month_of},
    {.text = "DDDD", .part = PART_YEARDAY, .width = 3, .digits_max = 3, .get = yearday_of},
    {.text = "DDDo",
     .form = FORM_ORDINAL,
     .part = PART_YEARDAY,
     .digits_max = 3,
     .get = yearday_of},
    {.text = "DDD", .part = PART_YEARDAY, .width = 1, .digits_max = 3, .get = yearday_of},
    {.text = "DD", .part = PART_DAY, .width = 2, .digits_max = 2, .get = day_of},
    {.text = "Do", .form = FORM_ORDINAL, .part = PART_DAY, .digits_max = 2, .get = day_of},
    {.text = "D", .part = PART_DAY, .width = 1, .digits_max = 2, .get = day_of},
    {.text = "dddd",
     .form = FORM_NAME,
     .part = PART_WEEKDAY,
     .get = weekday_of,
     .names = date_token_weekdays},
    {.text = "ddd",
     .form = FORM_NAME,
     .part = PART_WEEKDAY,
     .width = 3,
     .get = weekday_of,
     .names = date_token_weekdays},
    {.text = "dd", .form = FORM_NAME, .width = 2, .get = weekday_of, .names = date_token_weekdays},
    {.text = "do", .form = FORM_ORDINAL, .get = weekday_of},
    {.text = "d", .width = 1, .get = weekday_of},
    {.text = "e", .width = 1, .get = weekday_of},
    {.text = "E", .width = 1, .get = iso_weekday_of},
    {.text = "wo", .form = FORM_ORDINAL, .get = week_number_of},
    {.text = "ww", .width = 2, .get = week_number_of},
    {.text = "w", .width = 1, .get = week_number_of},
    {.text = "Wo", .form = FORM_ORDINAL, .get = iso_week_number_of},
    {.text = "WW", .width = 2, .get = iso_week_number_of},
    {.text = "W", .width = 1, .get = iso_week_number_of},
    {.text = "gggg", .width = 4, .get = week_year_of},
    {.text = "gg", .width = 2, .get = short_week_year_of},
    {.text = "GGGG", .width = 4, .get = iso_week_year_of},
    {.text = "GG", .width = 2, .get = short_iso_week_year_of},
    {.text = "A", .form = FORM_HALF, .part = PART_HALF, .is_large = true, .get = hour_of},
    {.text = "a", .form = FORM_HALF, .part = PART_HALF, .get = hour_of},
    {.text = "HH", .part = PART_HOUR, .width = 2, .digits_max = 2, .get = hour_of},
    {.text = "H", .part = PART_HOUR, .width = 1, .digits_max = 2, .get = hour_of},
    {.text = "hh", .part = PART_HOUR, .width = 2, .digits_max = 2, .get = hour_of_half},
    {.text = "h", .part = PART_HOUR, .width = 1, .digits_max = 2, .get = hour_of_half},
    {.text = "kk", .part = PART_HOUR, .width = 2, .digits_max = 2, .get = hour_from_one},
    {.text = "k", .part = PART_HOUR, .width = 1, .digits_max = 2, .get = hour_from_one},
    {.text = "mm", .part = PART_MINUTE, .width = 2, .digits_max = 2, .get = minute_of},
    {.text = "m", .part = PART_MINUTE, .width = 1, .digits_max = 2, .get = minute_of},
    {.text = "ss", .part = PART_SECOND, .width = 2, .digits_max = 2, .get = second_of},
    {.text = "s", .part = PART_SECOND, .width = 1, .digits_max = 2, .get = second_of},
    {.text = "SSS", .form = FORM_FRACTION, .part = PART_MS, .width = 3},
    {.text = "SS", .form = FORM_FRACTION, .part = PART_MS, .width = 2},
    {.text = "S", .form = FORM_FRACTION, .part = PART_MS, .width = 1},
    {.text = "ZZ", .form = FORM_OFFSET, .part = PART_OFFSET, .width = 1},
    {.text = "Z", .form = FORM_OFFSET, .part = PART_OFFSET},
    {.text = "zz", .form = FORM_LETTERS},
    {.text = "z", .form = FORM_LETTERS},
    {.text = "X", .form = FORM_SECONDS, .part = PART_INSTANT},
    {.text = "x", .form = FORM_MS, .part = PART_INSTANT},
};
const size_t date_token_count = COUNT(date_token_table);

const struct date_token *date_token_find(const char *text)
{
    const struct date_token *found = NULL;
    for (size_t i = 0; i < date_token_count; i++) {
        const struct date_token *token = &date_token_table[i];
        size_t size = strlen(token->text);
        if (strncmp(text, token->text, size) == 0 &&
            (found == NULL || size > strlen(found->text))) {
            found = token;
        }
    }
    return found;
}

const char *date_token_literal(const char *format, size_t *size, size_t *taken)
{
    const char *end = *format == '[' ? strchr(format, ']') : NULL;
    if (end == NULL) {
        return NULL;
    }
    *size = (size_t)(end - format) - 1;
    *taken = *size + 2;
    return format + 1;
}
