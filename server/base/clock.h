/* Time as a value: a clock runs with the machine's, apart from it by an offset, or stands still. */
#ifndef MAKESHIFT_BASE_CLOCK_H
#define MAKESHIFT_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"

struct clock {
    bool fixed;
    int64_t at;     /* when fixed: seconds since 1970-01-01T00:00:00Z */
    int64_t offset; /* otherwise: seconds ahead of the machine's clock */
};

/* Reads what --clock takes: `2026-01-01T00:00:00Z` stands still there; `+90d`, `-2h`, `+30m`,
 * `+45s` runs apart by that; `now` is the machine's. 0; 1 when it is none of these. */
MUST_USE int clock_parse(const char *text, struct clock *clock);

/* The last instant that a date can tell. */
#define CLOCK_LATEST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* Seconds since the epoch. */
int64_t clock_now(const struct clock *clock);

/* The same in milliseconds; one that stands still stands at a whole second. */
int64_t clock_now_ms(const struct clock *clock);

/* Seconds that one clock is ahead of the other, both read at one instant. */
int64_t clock_apart(const struct clock *clock, const struct clock *other);

/* Microseconds, and milliseconds, of a clock that never jumps: for how long something lasts, not
 * for when it was. */
int64_t clock_ticks_us(void);
int64_t clock_ticks_ms(void);

/* Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110 5.6.7). `out` holds CLOCK_HTTP_SIZE bytes. */
#define CLOCK_HTTP_SIZE 30
void clock_http_date(int64_t at, char *out);

/* 2026-01-01T00:00:00Z. `out` holds CLOCK_ISO_SIZE bytes. */
#define CLOCK_ISO_SIZE 21
void clock_iso_date(int64_t at, char *out);

#endif
