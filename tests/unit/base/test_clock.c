#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "server/base/attr.h"
#include "server/base/clock.h"

static struct clock parsed(const char *text)
{
    struct clock clock = {.at = -1};
    assert_int_equal(clock_parse(text, &clock), 0);
    return clock;
}

static void a_fixed_clock_stands_still_at_its_time(void **state)
{
    (void)state;
    struct clock clock = parsed("2026-01-01T00:00:00Z");
    assert_int_equal(clock_now(&clock), 1767225600);
    clock = parsed("1970-01-01T00:00:00Z");
    assert_int_equal(clock_now(&clock), 0);
    clock = parsed("2024-02-29T23:59:59Z");
    assert_int_equal(clock_now(&clock), 1709251199);
}

static void an_offset_runs_apart_from_the_machine(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t offset;
    } rows[] = {{"+90d", 7776000}, {"-2h", -7200}, {"+30m", 1800},
                {"+45s", 45},      {"now", 0},     {"+0s", 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct clock clock = parsed(rows[i].text);
        int64_t before = time(NULL);
        int64_t now = clock_now(&clock);
        int64_t after = time(NULL);
        assert_false(clock.fixed);
        /* time() may lag the clock by a tick. */
        assert_in_range(now - rows[i].offset, before, after + 1);
    }
}

static void clocks_are_apart_by_what_one_reads_more_than_the_other(void **state)
{
    (void)state;
    const struct clock still = parsed("2026-01-01T00:00:00Z");
    const struct clock later = parsed("2026-01-01T00:05:00Z");
    const struct clock ahead = parsed("+2h");
    const struct clock machine = parsed("now");
    assert_int_equal(clock_apart(&later, &still), 300);
    assert_int_equal(clock_apart(&still, &later), -300);
    assert_int_equal(clock_apart(&ahead, &machine), 7200);
    assert_int_equal(clock_apart(&machine, &machine), 0);
    int64_t before = time(NULL);
    int64_t apart = clock_apart(&ahead, &still);
    assert_in_range(apart, before + 7200 - 1767225600, time(NULL) + 7200 - 1767225600);
}

static void milliseconds_are_of_the_same_moment_as_seconds(void **state)
{
    (void)state;
    struct clock still = parsed("2026-01-01T00:00:00Z");
    assert_int_equal(clock_now_ms(&still), INT64_C(1767225600000));
    struct clock ahead = parsed("+90d");
    for (int i = 0; i < 1000; i++) {
        int64_t before = clock_now(&ahead);
        int64_t now = clock_now_ms(&ahead);
        assert_in_range(now / 1000, before, clock_now(&ahead));
    }
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "Now",
                                      "yesterday",
                                      "90d",
                                      "+d",
                                      "+90",
                                      "+90w",
                                      "+90dd",
                                      "+1d2h",
                                      "+-1d",
                                      "+ 1d",
                                      "+99999999999999999999d",
                                      "+1000000d",
                                      "2026-01-01",
                                      "2026-01-01T00:00:00",
                                      "2026-01-01T00:00:00z",
                                      "2026-01-01 00:00:00Z",
                                      "2026-01-01T00:00:00+00:00",
                                      "2026-1-01T00:00:00Z",
                                      " 2026-01-01T00:00:00Z",
                                      "2026-01-01T00:00:00Z ",
                                      "2026-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:00:60Z",
                                      "10000-01-01T00:00:00Z"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct clock clock;
        assert_int_equal(clock_parse(bad[i], &clock), 1);
    }
}

/* RFC 9110 5.6.7. */
static void http_date_is_the_rfcs_example(void **state)
{
    (void)state;
    char out[CLOCK_HTTP_SIZE];
    clock_http_date(784111777, out);
    assert_string_equal(out, "Sun, 06 Nov 1994 08:49:37 GMT");
    clock_http_date(1709251199, out);
    assert_string_equal(out, "Thu, 29 Feb 2024 23:59:59 GMT");
}

static void iso_date_reads_back(void **state)
{
    (void)state;
    char out[CLOCK_ISO_SIZE];
    clock_iso_date(1767225600, out);
    assert_string_equal(out, "2026-01-01T00:00:00Z");
    clock_iso_date(784111777, out);
    assert_string_equal(out, "1994-11-06T08:49:37Z");
}

static void a_time_out_of_range_is_held_at_the_last_year(void **state)
{
    (void)state;
    char out[CLOCK_ISO_SIZE];
    clock_iso_date(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31T23:59:59Z");
    clock_iso_date(INT64_MIN, out);
    assert_string_equal(out, "0000-01-01T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixed_clock_stands_still_at_its_time),
        cmocka_unit_test(an_offset_runs_apart_from_the_machine),
        cmocka_unit_test(clocks_are_apart_by_what_one_reads_more_than_the_other),
        cmocka_unit_test(milliseconds_are_of_the_same_moment_as_seconds),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(http_date_is_the_rfcs_example),
        cmocka_unit_test(iso_date_reads_back),
        cmocka_unit_test(a_time_out_of_range_is_held_at_the_last_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
