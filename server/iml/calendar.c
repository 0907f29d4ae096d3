#include "server/iml/calendar.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/iml/zone.h"

#define DAY INT64_C(86400)
#define PARTS_MAX INT64_C(1000000000000) /* of any part that is joined: no product overflows */
#define ERA 400                          /* years, after which the calendar repeats */
#define ERA_DAYS 146097
#define FIRST_OF_ERA_1970 719468 /* days from 0000-03-01 to 1970-01-01 */

/* Rounds down, where C rounds to zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* A year that begins in March has its leap day last, and its months follow one line: 153 days in
 * five. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    int64_t y = year + floor_div(month - 1, 12);
    int64_t m = month - 1 - 12 * floor_div(month - 1, 12); /* 0 is January */
    int64_t from_march = (m + 10) % 12;
    y -= m < 2 ? 1 : 0;
    int64_t of_era = y - floor_div(y, ERA) * ERA;
    int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + (153 * from_march + 2) / 5;
    return floor_div(y, ERA) * ERA_DAYS + days + day - 1 - FIRST_OF_ERA_1970;
}

static void split_days(int64_t days, struct calendar *calendar)
{
    int64_t shifted = days + FIRST_OF_ERA_1970;
    int64_t era = floor_div(shifted, ERA_DAYS);
    int64_t of_era = shifted - era * ERA_DAYS;
    int64_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365; /* of the era */
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t from_march = (5 * of_year + 2) / 153;
    calendar->day = of_year - (153 * from_march + 2) / 5 + 1;
    calendar->month = from_march < 10 ? from_march + 3 : from_march - 9;
    calendar->year = year + era * ERA + (calendar->month <= 2 ? 1 : 0);
    calendar->weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7); /* 1970 began on a Thursday */
    calendar->yearday = (int)(days - days_to(calendar->year, 1, 1) + 1);
}

static bool is_within(int64_t at)
{
    return at >= CALENDAR_FIRST && at <= CALENDAR_LAST;
}

static void split_offset(int64_t at, int32_t offset, struct calendar *calendar)
{
    int64_t local = at + offset * INT64_C(1000);
    int64_t seconds = floor_div(local, 1000);
    int64_t days = floor_div(seconds, DAY);
    int64_t of_day = seconds - days * DAY;
    *calendar = (struct calendar){.hour = of_day / 3600,
                                  .minute = of_day / 60 % 60,
                                  .second = of_day % 60,
                                  .ms = local - seconds * 1000,
                                  .offset = offset};
    split_days(days, calendar);
}

int calendar_split(int64_t at, const char *zone, struct calendar *calendar)
{
    struct zone_state state = {0};
    if (!is_within(at)) {
        return CALENDAR_BEYOND;
    }
    if (zone_at(zone, floor_div(at, 1000), &state) != 0) {
        return CALENDAR_NO_ZONE;
    }
    split_offset(at, state.offset, calendar);
    return CALENDAR_OK;
}

/* The instant if the clock were Greenwich's. */
static int join_flat(const struct calendar *calendar, int64_t *at)
{
    const int64_t parts[] = {calendar->year,   calendar->month,  calendar->day, calendar->hour,
                             calendar->minute, calendar->second, calendar->ms};
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i] > PARTS_MAX || parts[i] < -PARTS_MAX) {
            return CALENDAR_BEYOND;
        }
    }
    int64_t days = calendar_days(calendar);
    int64_t of_day = calendar->hour * 3600 + calendar->minute * 60 + calendar->second;
    if (days > PARTS_MAX || days < -PARTS_MAX) {
        return CALENDAR_BEYOND;
    }
    *at = (days * DAY + of_day) * 1000 + calendar->ms;
    return is_within(*at) ? CALENDAR_OK : CALENDAR_BEYOND;
}

int calendar_join_offset(const struct calendar *calendar, int64_t *at)
{
    int outcome = join_flat(calendar, at);
    *at -= calendar->offset * INT64_C(1000);
    return outcome == CALENDAR_OK && !is_within(*at) ? CALENDAR_BEYOND : outcome;
}

int calendar_join(const struct calendar *calendar, const char *zone, int64_t *at)
{
    struct zone_state before = {0}, after = {0}, then = {0};
    int64_t flat = 0;
    int outcome = join_flat(calendar, &flat);
    if (outcome != CALENDAR_OK) {
        return outcome;
    }
    int64_t seconds = floor_div(flat, 1000);
    if (zone_at(zone, seconds - DAY, &before) != 0 || zone_at(zone, seconds + DAY, &after) != 0 ||
        zone_at(zone, seconds - before.offset, &then) != 0) {
        return CALENDAR_NO_ZONE;
    }
    int32_t offset = before.offset;
    if (then.offset != before.offset) {
        /* It lies behind the change, or in the hour that a clock skips. */
        if (zone_at(zone, seconds - after.offset, &then) != 0) {
            return CALENDAR_NO_ZONE;
        }
        offset = then.offset == after.offset ? after.offset : before.offset;
    }
    *at = flat - offset * INT64_C(1000);
    return is_within(*at) ? CALENDAR_OK : CALENDAR_BEYOND;
}

int64_t calendar_month_days(int64_t year, int64_t month)
{
    return days_to(year, month + 1, 1) - days_to(year, month, 1);
}

int64_t calendar_days(const struct calendar *calendar)
{
    return days_to(calendar->year, calendar->month, calendar->day);
}

void calendar_write(int64_t at, char *out)
{
    struct calendar calendar = {0};
    int64_t held = at < CALENDAR_FIRST ? CALENDAR_FIRST : at > CALENDAR_LAST ? CALENDAR_LAST : at;
    split_offset(held, 0, &calendar);
    (void)snprintf(out, CALENDAR_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                   (unsigned)calendar.year % 10000, (unsigned)calendar.month % 100,
                   (unsigned)calendar.day % 100, (unsigned)calendar.hour % 100,
                   (unsigned)calendar.minute % 100, (unsigned)calendar.second % 100,
                   (unsigned)calendar.ms % 1000);
}

/* Exactly so many digits. */
static bool take(const char **at, const char *end, int digits, int64_t *number)
{
    if (end - *at < digits) {
        return false;
    }
    *number = 0;
    for (; digits > 0; digits--, *at += 1) {
        if (**at < '0' || **at > '9') {
            return false;
        }
        *number = *number * 10 + (**at - '0');
    }
    return true;
}

static bool take_mark(const char **at, const char *end, const char *marks)
{
    if (*at == end || **at == '\0' || strchr(marks, **at) == NULL) {
        return false;
    }
    *at += 1;
    return true;
}

static bool read_fraction(const char **at, const char *end, int64_t *ms)
{
    int64_t unit = 100;
    const char *from = *at;
    for (; *at < end && **at >= '0' && **at <= '9'; *at += 1, unit /= 10) {
        *ms += (**at - '0') * unit;
    }
    return *at > from;
}

static bool read_time(const char **at, const char *end, struct calendar *calendar)
{
    if (!take(at, end, 2, &calendar->hour) || !take_mark(at, end, ":") ||
        !take(at, end, 2, &calendar->minute)) {
        return false;
    }
    if (take_mark(at, end, ":") && !take(at, end, 2, &calendar->second)) {
        return false;
    }
    return !take_mark(at, end, ".,") || read_fraction(at, end, &calendar->ms);
}

static bool read_offset(const char **at, const char *end, int32_t *offset)
{
    int64_t hours = 0, minutes = 0;
    if (take_mark(at, end, "Zz")) {
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    if (!take_mark(at, end, "+-") || !take(at, end, 2, &hours)) {
        return false;
    }
    (void)take_mark(at, end, ":");
    if (*at < end && !take(at, end, 2, &minutes)) {
        return false;
    }
    *offset = (int32_t)(sign * (hours * 3600 + minutes * 60));
    return hours < 24 && minutes < 60;
}

static bool is_real(const struct calendar *calendar)
{
    return calendar->month >= 1 && calendar->month <= 12 && calendar->day >= 1 &&
           calendar->day <= calendar_month_days(calendar->year, calendar->month) &&
           calendar->hour <= 24 && calendar->minute < 60 && calendar->second < 60;
}

static bool read_date(const char **at, const char *end, struct calendar *calendar)
{
    return take(at, end, 4, &calendar->year) &&
           (!take_mark(at, end, "-") ||
            (take(at, end, 2, &calendar->month) &&
             (!take_mark(at, end, "-") || take(at, end, 2, &calendar->day))));
}

int calendar_read(const char *text, size_t size, const char *zone, int64_t *at)
{
    struct calendar calendar = {.month = 1, .day = 1};
    const char *here = text, *end = text + size;
    if (!read_date(&here, end, &calendar) ||
        (take_mark(&here, end, "Tt ") && !read_time(&here, end, &calendar))) {
        return 1;
    }
    bool has_offset = here < end;
    if ((has_offset && !read_offset(&here, end, &calendar.offset)) || here != end ||
        !is_real(&calendar)) {
        return 1;
    }
    int outcome =
        has_offset ? calendar_join_offset(&calendar, at) : calendar_join(&calendar, zone, at);
    return outcome == CALENDAR_OK ? 0 : 1;
}
