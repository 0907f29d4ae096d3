/* Dates of the Gregorian calendar, in a time zone and in ISO 8601. Instants are milliseconds since
 * 1970-01-01T00:00:00Z. */
#ifndef MAKESHIFT_IML_CALENDAR_H
#define MAKESHIFT_IML_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"

#define CALENDAR_FIRST INT64_C(-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define CALENDAR_LAST INT64_C(253402300799999)  /* 9999-12-31T23:59:59.999Z */

struct calendar {
    int64_t year, month, day; /* from 1 */
    int64_t hour, minute, second, ms;
    int weekday, yearday; /* from 0, Sunday; from 1: of calendar_split */
    int32_t offset;       /* seconds east of Greenwich */
};

enum calendar_outcome {
    CALENDAR_OK = 0,
    CALENDAR_NO_ZONE = 1, /* the system knows no zone of that name */
    CALENDAR_BEYOND = 2,  /* outside of the years 0 to 9999 */
};

/* What calendar and clock show in a zone. */
MUST_USE int calendar_split(int64_t at, const char *zone, struct calendar *calendar);

/* The instant at which they show this; parts beyond their range carry over (month 13 is the next
 * January). Of two, the earlier; one that a clock skips is told by the offset before the gap. */
MUST_USE int calendar_join(const struct calendar *calendar, const char *zone, int64_t *at);

/* The same for `calendar->offset`, whatever zone has it. */
MUST_USE int calendar_join_offset(const struct calendar *calendar, int64_t *at);

/* How many days the month has; the month may be beyond its range. */
int64_t calendar_month_days(int64_t year, int64_t month);

/* Days since 1970-01-01, by the calendar's year, month and day. */
int64_t calendar_days(const struct calendar *calendar);

/* 2026-01-01T00:00:00.000Z. `out` holds CALENDAR_SIZE bytes. */
#define CALENDAR_SIZE 25
void calendar_write(int64_t at, char *out);

/* ISO 8601: a date (a year, with a month, with a day), maybe with a time behind T or a space, maybe
 * with Z or an offset; without one, it is the zone's. 0; 1: it is none. */
MUST_USE int calendar_read(const char *text, size_t size, const char *zone, int64_t *at);

#endif
