#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/iml/date_text.h"
#include "server/iml/date_token.h"

/* What has been read so far. */
struct found {
    int64_t parts[PART__MAX];
    bool has[PART__MAX];
};

static void keep(struct found *found, enum date_part part, int64_t number)
{
    found->parts[part] = number;
    found->has[part] = true;
}

static bool read_digits(const char **at, unsigned most, int64_t *number)
{
    *at += strcspn(*at, "0123456789"); /* what stands between parts says nothing */
    const char *from = *at;
    for (*number = 0; isdigit((unsigned char)**at) && *at - from < (int)most; *at += 1) {
        *number = *number * 10 + (**at - '0');
    }
    return *at > from;
}

/* The whole name, or its first three letters. */
static bool read_name(const char **at, const struct date_token *token, int64_t *number)
{
    for (; **at != '\0'; *at += 1) {
        for (size_t i = 0; token->names[i] != NULL; i++) {
            size_t size = strlen(token->names[i]);
            bool whole = strncasecmp(*at, token->names[i], size) == 0;
            if (whole || strncasecmp(*at, token->names[i], 3) == 0) {
                *at += whole ? size : 3;
                *number = (int64_t)i + token->first;
                return true;
            }
        }
    }
    return false;
}

static bool read_half(const char **at, int64_t *number)
{
    for (; **at != '\0'; *at += 1) {
        if (strncasecmp(*at, "am", 2) == 0 || strncasecmp(*at, "pm", 2) == 0) {
            *number = **at == 'p' || **at == 'P' ? 1 : 0;
            *at += 2;
            return true;
        }
    }
    return false;
}

static bool read_offset(const char **at, int64_t *number)
{
    int64_t hours = 0, minutes = 0;
    *at += strcspn(*at, "+-Zz");
    char sign = **at;
    *number = 0;
    if (sign == '\0') {
        return false;
    }
    *at += 1;
    if (sign == 'Z' || sign == 'z') {
        return true;
    }
    bool whole = read_digits(at, 2, &hours) && read_digits(at, 2, &minutes);
    *number = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return whole && hours < 24 && minutes < 60;
}

static bool read_instant(const char **at, int64_t unit, int64_t *number)
{
    *at += strspn(*at, " ");
    bool is_negative = **at == '-';
    bool whole = read_digits(at, 15, number);
    *number *= is_negative ? -unit : unit;
    return whole;
}

static bool read_fraction(const char **at, int64_t *number)
{
    int64_t read = 0;
    *at += strcspn(*at, "0123456789");
    const char *from = *at;
    bool whole = read_digits(at, 9, &read);
    for (long digits = *at - from; digits > 3; digits--) {
        read /= 10;
    }
    for (long digits = *at - from; digits < 3; digits++) {
        read *= 10;
    }
    *number = read;
    return whole;
}

static bool read_token(const char **at, const struct date_token *token, int64_t *number)
{
    switch (token->form) {
    case FORM_NUMBER:
    case FORM_ORDINAL:
        return read_digits(at, token->digits_max, number);
    case FORM_NAME:
        return read_name(at, token, number);
    case FORM_HALF:
        return read_half(at, number);
    case FORM_FRACTION:
        return read_fraction(at, number);
    case FORM_OFFSET:
        return read_offset(at, number);
    case FORM_SECONDS:
        return read_instant(at, 1000, number);
    case FORM_MS:
        return read_instant(at, 1, number);
    case FORM_LETTERS:
        break;
    }
    return false;
}

static int read_parts(struct arena *arena, const struct date_reading *reading, struct found *found,
                      const char **problem)
{
    const char *at = reading->text;
    for (const char *format = reading->format; *format != '\0';) {
        size_t size = 0, taken = 1;
        const char *literal = date_token_literal(format, &size, &taken);
        const struct date_token *token = literal == NULL ? date_token_find(format) : NULL;
        int64_t number = 0;
        if (token == NULL) {
            format += taken;
            continue;
        }
        if (token->part == PART_NONE) {
            *problem =
                arena_printf(arena, "the format's %s is only written, not read", token->text);
            return 1;
        }
        if (!read_token(&at, token, &number)) {
            *problem = arena_printf(arena, "'%s' does not fit the format '%s': it has no %s",
                                    reading->text, reading->format, token->text);
            return 1;
        }
        keep(found, token->part, number);
        format += strlen(token->text);
    }
    return 0;
}

static void settle_year(struct found *found)
{
    int64_t year = found->parts[PART_SHORT_YEAR];
    if (found->has[PART_SHORT_YEAR]) {
        keep(found, PART_YEAR, year + (year > 68 ? 1900 : 2000));
    }
}

/* What is not said is now's down to the largest part that is said, and behind it the first. */
static void settle_date(const struct found *found, const struct calendar *now,
                        struct calendar *calendar)
{
    bool has_year = found->has[PART_YEAR];
    bool has_month = found->has[PART_MONTH];
    bool has_day = found->has[PART_DAY];
    calendar->year = has_year ? found->parts[PART_YEAR] : now->year;
    calendar->month = has_month ? found->parts[PART_MONTH] : has_year ? 1 : now->month;
    calendar->day = has_day ? found->parts[PART_DAY] : has_year || has_month ? 1 : now->day;
    if (found->has[PART_YEARDAY]) {
        calendar->month = 1;
        calendar->day = found->parts[PART_YEARDAY];
    }
}

static void settle_hour(struct found *found)
{
    int64_t hour = found->parts[PART_HOUR];
    if (found->has[PART_HALF] && hour <= 12) {
        keep(found, PART_HOUR, hour % 12 + 12 * found->parts[PART_HALF]);
    }
}

static bool is_real(const struct found *found, const struct calendar *calendar)
{
    int64_t last = found->has[PART_YEARDAY] ? 337 + calendar_month_days(calendar->year, 2)
                                            : calendar_month_days(calendar->year, calendar->month);
    bool midnight =
        calendar->hour == 24 && calendar->minute == 0 && calendar->second == 0 && calendar->ms == 0;
    return calendar->month >= 1 && calendar->month <= 12 && calendar->day >= 1 &&
           calendar->day <= last && (calendar->hour < 24 || midnight) && calendar->minute < 60 &&
           calendar->second < 60;
}

static int settle(struct found *found, const struct date_reading *reading, int64_t *at)
{
    struct calendar now = {0}, calendar = {0};
    if (found->has[PART_INSTANT]) {
        *at = found->parts[PART_INSTANT];
        return *at >= CALENDAR_FIRST && *at <= CALENDAR_LAST ? CALENDAR_OK : CALENDAR_BEYOND;
    }
    int outcome = calendar_split(reading->now, reading->zone, &now);
    if (outcome != CALENDAR_OK) {
        return outcome;
    }
    settle_year(found);
    settle_hour(found);
    settle_date(found, &now, &calendar);
    calendar.hour = found->parts[PART_HOUR];
    calendar.minute = found->parts[PART_MINUTE];
    calendar.second = found->parts[PART_SECOND];
    calendar.ms = found->parts[PART_MS];
    calendar.offset = (int32_t)found->parts[PART_OFFSET];
    if (!is_real(found, &calendar)) {
        return CALENDAR_BEYOND;
    }
    return found->has[PART_OFFSET] ? calendar_join_offset(&calendar, at)
                                   : calendar_join(&calendar, reading->zone, at);
}

int date_parse(struct arena *arena, const struct date_reading *reading, int64_t *at,
               const char **problem)
{
    struct found found = {0};
    if (read_parts(arena, reading, &found, problem) != 0) {
        return 1;
    }
    int outcome = settle(&found, reading, at);
    if (outcome == CALENDAR_NO_ZONE) {
        *problem = arena_printf(arena, "there is no time zone '%s' here", reading->zone);
    } else if (outcome != CALENDAR_OK) {
        *problem = arena_printf(arena, "'%s' is no date of the calendar", reading->text);
    }
    return outcome == CALENDAR_OK ? 0 : 1;
}
