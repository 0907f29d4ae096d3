#include "server/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/base/attr.h"
#include "server/base/str.h"

#define DAY INT64_C(86400)
#define EARLIEST (-INT64_C(62167219200)) /* 0000-01-01T00:00:00Z */
#define OFFSET_MAX (1000 * 365 * DAY)

static const struct {
    char letter;
    int64_t seconds;
} units[] = {{'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};

static int64_t unit_seconds(char letter)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (units[i].letter == letter) {
            return units[i].seconds;
        }
    }
    return 0;
}

/* A sign, digits, a unit. */
static int parse_offset(const char *text, struct clock *clock)
{
    char digits[16] = "";
    size_t size = strspn(text + 1, "0123456789");
    int64_t unit = unit_seconds(text[1 + size]);
    int64_t amount;
    if (size >= sizeof(digits) || unit == 0 || text[size + 2] != '\0') {
        return 1;
    }
    memcpy(digits, text + 1, size);
    if (!str_to_int64(digits, 0, OFFSET_MAX / unit, &amount)) {
        return 1;
    }
    *clock = (struct clock){.offset = *text == '-' ? -amount * unit : amount * unit};
    return 0;
}

/* strptime is lenient (spaces, single digits, the 31st of February): what it read is written again
 * and must be what stood there. */
static int parse_instant(const char *text, struct clock *clock)
{
    struct tm tm = {0};
    char again[CLOCK_ISO_SIZE];
    if (!strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm)) {
        return 1;
    }
    int64_t at = timegm(&tm);
    clock_iso_date(at, again);
    if (strcmp(text, again) != 0) {
        return 1;
    }
    *clock = (struct clock){.fixed = true, .at = at};
    return 0;
}

int clock_parse(const char *text, struct clock *clock)
{
    if (str_equal(text, "now")) {
        *clock = (struct clock){.fixed = false};
        return 0;
    }
    if (*text == '+' || *text == '-') {
        return parse_offset(text, clock);
    }
    return parse_instant(text, clock);
}

static struct timespec machine_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}

static int64_t time_at(const struct clock *clock, int64_t machine)
{
    return clock->fixed ? clock->at : machine + clock->offset;
}

int64_t clock_now(const struct clock *clock)
{
    return time_at(clock, clock->fixed ? 0 : machine_now().tv_sec);
}

int64_t clock_apart(const struct clock *clock, const struct clock *other)
{
    int64_t machine = clock->fixed == other->fixed ? 0 : machine_now().tv_sec;
    return time_at(clock, machine) - time_at(other, machine);
}

int64_t clock_now_ms(const struct clock *clock)
{
    if (clock->fixed) {
        return clock->at * 1000;
    }
    struct timespec now = machine_now();
    return (now.tv_sec + clock->offset) * 1000 + now.tv_nsec / 1000000;
}

/* The calendar of a time, which is held within four-digit years. */
static struct tm broken_down(int64_t at)
{
    struct tm tm;
    time_t held = at < EARLIEST ? EARLIEST : at > CLOCK_LATEST ? CLOCK_LATEST : at;
    gmtime_r(&held, &tm);
    return tm;
}

static void put_number(char *out, int value, int width)
{
    while (width-- > 0) {
        out[width] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void put_time(char *out, const struct tm *tm)
{
    put_number(out, tm->tm_hour, 2);
    put_number(out + 3, tm->tm_min, 2);
    put_number(out + 6, tm->tm_sec, 2);
}

/* Not strftime, whose names are the locale's. */
int64_t clock_ticks_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_ticks_ms(void)
{
    return clock_ticks_us() / 1000;
}

void clock_http_date(int64_t at, char *out)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const struct tm tm = broken_down(at);
    memcpy(out, "Ddd, 00 Mmm 0000 00:00:00 GMT", CLOCK_HTTP_SIZE);
    memcpy(out, days + (ptrdiff_t)3 * tm.tm_wday, 3);
    put_number(out + 5, tm.tm_mday, 2);
    memcpy(out + 8, months + (ptrdiff_t)3 * tm.tm_mon, 3);
    put_number(out + 12, tm.tm_year + 1900, 4);
    put_time(out + 17, &tm);
}

void clock_iso_date(int64_t at, char *out)
{
    const struct tm tm = broken_down(at);
    memcpy(out, "0000-00-00T00:00:00Z", CLOCK_ISO_SIZE);
    put_number(out, tm.tm_year + 1900, 4);
    put_number(out + 5, tm.tm_mon + 1, 2);
    put_number(out + 8, tm.tm_mday, 2);
    put_time(out + 11, &tm);
}
