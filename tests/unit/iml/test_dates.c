/* Dates: the calendar, time zones, and the functions of both. */
#include "tests/unit/iml/world.h"

#include <time.h>

#include "server/base/attr.h"
#include "server/iml/calendar.h"
#include "server/iml/date_text.h"

#define DAY_MS INT64_C(86400000)

static void dates_are_written_by_tokens(void **state)
{
    /* 2026-03-08T05:07:09.045Z is a Sunday. */
    static const struct {
        const char *format, *text;
    } rows[] = {
        {"YYYY-MM-DD[T]HH:mm:ss.SSSZ", "2026-03-08T05:07:09.045+00:00"},
        {"YY M MMM MMMM Mo", "26 3 Mar March 3rd"},
        {"D Do DDD DDDD DDDo", "8 8th 67 067 67th"},
        {"d do dd ddd dddd e E", "0 0th Su Sun Sunday 0 7"},
        {"w ww W WW wo", "11 11 10 10 11th"},
        {"gggg GGGG gg GG", "2026 2026 26 26"},
        {"H h hh k a A", "5 5 05 5 am AM"},
        {"m s S SS SSS", "7 9 0 04 045"},
        {"Q Qo", "1 1st"},
        {"X x", "1772946429 1772946429045"},
        {"Z ZZ z", "+00:00 +0000 UTC"},
        {"[YYYY] \xc4\x9b, [a", "YYYY \xc4\x9b, [am"},
        {"", ""},
    };
    struct iml *iml = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str_buf out;
        str_buf_init(&out, iml->arena);
        assert_int_equal(date_format(&out, INT64_C(1772946429045), rows[i].format, "UTC"), 0);
        assert_string_equal(str_buf_text(&out), rows[i].text);
    }
}

static void ordinals_of_the_teens_end_in_th(void **state)
{
    static const struct example examples[] = {
        {"formatDate(\"2026-01-11\", \"Do\")", "\"11th\""},
        {"formatDate(\"2026-01-12\", \"Do\")", "\"12th\""},
        {"formatDate(\"2026-01-21\", \"Do\")", "\"21st\""},
        {"formatDate(\"2026-04-21\", \"DDDo\")", "\"111th\""},
        {"formatDate(\"2026-01-22\", \"Do\")", "\"22nd\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void dates_are_read_by_tokens(void **state)
{
    static const struct example examples[] = {
        {"parseDate(\"2016-12-28\", \"YYYY-MM-DD\")", "\"2016-12-28T00:00:00.000Z\""},
        {"parseDate(\"2016-12-28 16:03\", \"YYYY-MM-DD HH:mm\")", "\"2016-12-28T16:03:00.000Z\""},
        {"parseDate(\"2016-12-28 16:03 pm\", \"YYYY-MM-DD HH:mm a\")",
         "\"2016-12-28T16:03:00.000Z\""},
        {"parseDate(\"12:30 AM\", \"hh:mm A\")", "\"2026-01-01T00:30:00.000Z\""},
        {"parseDate(\"1482940982\", \"X\")", "\"2016-12-28T16:03:02.000Z\""},
        {"parseDate(1482940982045, \"x\")", "\"2016-12-28T16:03:02.045Z\""},
        {"parseDate(\"28 december 16\", \"D MMMM YY\")", "\"2016-12-28T00:00:00.000Z\""},
        {"parseDate(\"Wed, 28th Dec 69\", \"ddd, Do MMM YY\")", "\"1969-12-28T00:00:00.000Z\""},
        {"parseDate(\"20161228T160302.5+0100\", \"YYYYMMDD[T]HHmmss.SZZ\")",
         "\"2016-12-28T15:03:02.500Z\""},
        {"parseDate(\"2016-12-28T16:03:00Z\", \"YYYY-MM-DDTHH:mm:ssZ\")",
         "\"2016-12-28T16:03:00.000Z\""},
        {"parseDate(\"2016\", \"YYYY\")", "\"2016-01-01T00:00:00.000Z\""},
        {"parseDate(\"03\", \"DD\")", "\"2026-01-03T00:00:00.000Z\""},
        {"parseDate(\"2024 366\", \"YYYY DDDD\")", "\"2024-12-31T00:00:00.000Z\""},
        {"parseDate(\"2016-12-28T16:03:02Z\")", "\"2016-12-28T16:03:02.000Z\""},
        {"parseDate(\"2016-12-28T16:03:02.5+02:00\")", "\"2016-12-28T14:03:02.500Z\""},
        {"parseDate(\"2016-12\")", "\"2016-12-01T00:00:00.000Z\""},
        {"parseDate(\"2016-12-28 24:00\", \"YYYY-MM-DD HH:mm\")", "\"2016-12-29T00:00:00.000Z\""},
    };
    assert_examples(*state, examples, COUNT(examples));
    assert_refused(*state, "parseDate(\"2016-13-01\", \"YYYY-MM-DD\")",
                   "is no date of the calendar");
    assert_refused(*state, "parseDate(\"2015-02-29\", \"YYYY-MM-DD\")",
                   "is no date of the calendar");
    assert_refused(*state, "parseDate(\"2015 366\", \"YYYY DDD\")", "is no date of the calendar");
    assert_refused(*state, "parseDate(\"soon\", \"YYYY\")", "it has no YYYY");
    assert_refused(*state, "parseDate(\"2015\", \"YYYY Q\")", "Q is only written");
    assert_refused(*state, "parseDate(\"2015-2-3\")", "expected a date");
}

/* By Python's zoneinfo. */
static void zones_shift_what_is_written_and_read(void **state)
{
    static const struct example examples[] = {
        {"formatDate(\"2026-07-01T12:00:00Z\", \"HH:mm Z z\", \"Europe/Prague\")",
         "\"14:00 +02:00 CEST\""},
        {"formatDate(\"2026-01-01T12:00:00Z\", \"HH:mm Z\", \"America/St_Johns\")",
         "\"08:30 -03:30\""},
        {"formatDate(\"2050-07-01T12:00:00Z\", \"HH:mm\", \"America/New_York\")", "\"08:00\""},
        {"parseDate(\"2026-07-01 12:00\", \"YYYY-MM-DD HH:mm\", \"Asia/Kolkata\")",
         "\"2026-07-01T06:30:00.000Z\""},
        /* the clock skips 02:00 to 03:00, and shows 02:00 to 03:00 twice */
        {"parseDate(\"2026-03-29 02:30\", \"YYYY-MM-DD HH:mm\", \"Europe/Prague\")",
         "\"2026-03-29T01:30:00.000Z\""},
        {"parseDate(\"2026-10-25 02:30\", \"YYYY-MM-DD HH:mm\", \"Europe/Prague\")",
         "\"2026-10-25T00:30:00.000Z\""},
        {"parseDate(\"2026-10-25 03:30\", \"YYYY-MM-DD HH:mm\", \"Europe/Prague\")",
         "\"2026-10-25T02:30:00.000Z\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void the_zone_of_the_run_is_that_of_the_calendar(void **state)
{
    static const struct example examples[] = {
        /* a day with 23 hours: the time of day stays, and 24 hours are 24 hours */
        {"addDays(\"2026-03-28T12:00:00+01:00\", 1)", "\"2026-03-29T10:00:00.000Z\""},
        {"addHours(\"2026-03-28T12:00:00+01:00\", 24)", "\"2026-03-29T11:00:00.000Z\""},
        {"parseDate(\"2026-07-01T12:00:00\")", "\"2026-07-01T10:00:00.000Z\""},
        {"formatDate(\"2026-07-01T12:00:00Z\", \"HH\")", "\"14\""},
        {"setHour(\"2026-07-01T12:00:00Z\", 0)", "\"2026-06-30T22:00:00.000Z\""},
    };
    struct iml *iml = *state;
    iml->zone = "Europe/Prague";
    assert_examples(iml, examples, COUNT(examples));
    iml->zone = "UTC";
}

static void dates_are_moved_as_documented(void **state)
{
    static const struct example examples[] = {
        {"addSeconds(\"2016-12-08T15:55:57.536Z\", 2)", "\"2016-12-08T15:55:59.536Z\""},
        {"addMinutes(\"2016-12-08T15:55:57.536Z\", -2)", "\"2016-12-08T15:53:57.536Z\""},
        {"addHours(\"2016-12-08T15:55:57.536Z\", 10)", "\"2016-12-09T01:55:57.536Z\""},
        {"addDays(\"2016-12-08T15:55:57.536Z\", 2)", "\"2016-12-10T15:55:57.536Z\""},
        {"addWeeks(\"2016-12-08\", 1)", "\"2016-12-15T00:00:00.000Z\""},
        {"addMonths(\"2016-08-08\", 5)", "\"2017-01-08T00:00:00.000Z\""},
        {"addMonths(\"2026-01-31\", 1)", "\"2026-02-28T00:00:00.000Z\""},
        {"addMonths(\"2026-03-31\", -1)", "\"2026-02-28T00:00:00.000Z\""},
        {"addQuarters(\"2026-01-31\", 1)", "\"2026-04-30T00:00:00.000Z\""},
        {"addYears(\"2024-02-29\", 1)", "\"2025-02-28T00:00:00.000Z\""},
        {"setSecond(\"2015-10-07T11:36:39.138Z\", 10)", "\"2015-10-07T11:36:10.138Z\""},
        {"setSecond(\"2015-10-07T11:36:39.138Z\", 61)", "\"2015-10-07T11:37:01.138Z\""},
        {"setMinute(\"2015-10-07T11:36:39.138Z\", -4)", "\"2015-10-07T10:56:39.138Z\""},
        {"setHour(\"2015-08-07T11:36:39.138Z\", 6)", "\"2015-08-07T06:36:39.138Z\""},
        {"setHour(\"2015-08-07T11:36:39.138Z\", -6)", "\"2015-08-06T18:36:39.138Z\""},
        {"setDate(\"2015-08-07T11:36:39.138Z\", 5)", "\"2015-08-05T11:36:39.138Z\""},
        {"setDate(\"2015-08-07T11:36:39.138Z\", 40)", "\"2015-09-09T11:36:39.138Z\""},
        {"setDay(\"2018-06-27T11:36:39.138Z\", \"monday\")", "\"2018-06-25T11:36:39.138Z\""},
        {"setDay(\"2018-06-27T11:36:39.138Z\", 1)", "\"2018-06-24T11:36:39.138Z\""},
        {"setDay(\"2018-06-27T11:36:39.138Z\", 7)", "\"2018-06-30T11:36:39.138Z\""},
        {"setMonth(\"2015-08-07T11:36:39.138Z\", 5)", "\"2015-05-07T11:36:39.138Z\""},
        {"setMonth(\"2015-08-07T11:36:39.138Z\", 17)", "\"2016-05-07T11:36:39.138Z\""},
        {"setMonth(\"2015-08-07T11:36:39.138Z\", \"january\")", "\"2015-01-07T11:36:39.138Z\""},
        {"setYear(\"2015-08-07T11:36:39.138Z\", 2017)", "\"2017-08-07T11:36:39.138Z\""},
        {"dateDifference(\"2026-03-01\", \"2026-02-28\", \"days\")", "1"},
        {"dateDifference(\"2026-01-30\", \"2025-12-31\", \"months\")", "0"},
        {"dateDifference(\"2026-01-31\", \"2025-12-31\", \"months\")", "1"},
        {"dateDifference(\"2020-01-01\", \"2026-01-02\", \"years\")", "-6"},
        {"dateDifference(now, now)", "0"},
    };
    assert_examples(*state, examples, COUNT(examples));
    assert_refused(*state, "addYears(now, 8000)", "outside of the years 0 to 9999");
    assert_refused(*state, "addSeconds(now, \"1e300\")", "outside of the years");
    assert_refused(*state, "addDays(now, 999999999999)", "outside of the years");
    assert_refused(*state, "setMonth(now, \"smarch\")", "expected a whole number");
}

/* The C library's calendar is the independent one. */
static void calendar_and_weeks_are_those_of_the_c_library(void **state)
{
    struct iml *iml = *state;
    for (int64_t at = INT64_C(-30610224000000); at < CALENDAR_LAST; at += 2051 * DAY_MS / 2) {
        AUTO(arena_drop) struct arena *arena = arena_new();
        struct str_buf out;
        struct tm tm = {0};
        char theirs[64] = "";
        int64_t read = 0;
        const time_t seconds = at / 1000;
        assert_non_null(gmtime_r(&seconds, &tm));
        assert_true(strftime(theirs, sizeof(theirs), "%Y-%m-%d %H %j %u %G %V", &tm) > 0);
        str_buf_init(&out, arena);
        assert_int_equal(date_format(&out, at, "YYYY-MM-DD HH DDDD E GGGG WW", iml->zone), 0);
        assert_string_equal(str_buf_text(&out), theirs);
        char iso[CALENDAR_SIZE];
        calendar_write(at, iso);
        assert_int_equal(calendar_read(iso, strlen(iso), "UTC", &read), 0);
        assert_true(read == at);
    }
}

static void what_a_zone_shows_is_that_instant_again(void **state)
{
    static const char *const zones[] = {"Europe/Prague", "America/St_Johns", "Asia/Kolkata",
                                        "Pacific/Apia", "UTC"};
    (void)state;
    for (size_t i = 0; i < COUNT(zones); i++) {
        size_t different = 0;
        for (int64_t at = NOW + 270 * DAY_MS; at < NOW + 340 * DAY_MS; at += 1800000) {
            struct calendar calendar = {0};
            int64_t joined = 0;
            assert_int_equal(calendar_split(at, zones[i], &calendar), 0);
            assert_int_equal(calendar_join(&calendar, zones[i], &joined), 0);
            different += joined == at ? 0 : 1;
        }
        /* The later of the two instants at which a clock shows one hour: two half hours in autumn.
         */
        assert_true(different == 0 || different == 2);
    }
}

static void a_file_that_is_no_zone_is_none(void **state)
{
    struct calendar calendar = {0};
    (void)state;
    static const char *const names[] = {
        "",         "../../../etc/passwd",    "tzdata.zi", "Europe", "/etc/localtime",
        "No/Where", "Europe/Prague/../Vienna"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(calendar_split(NOW, names[i], &calendar), CALENDAR_NO_ZONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_written_by_tokens),
        cmocka_unit_test(ordinals_of_the_teens_end_in_th),
        cmocka_unit_test(dates_are_read_by_tokens),
        cmocka_unit_test(zones_shift_what_is_written_and_read),
        cmocka_unit_test(the_zone_of_the_run_is_that_of_the_calendar),
        cmocka_unit_test(dates_are_moved_as_documented),
        cmocka_unit_test(calendar_and_weeks_are_those_of_the_c_library),
        cmocka_unit_test(what_a_zone_shows_is_that_instant_again),
        cmocka_unit_test(a_file_that_is_no_zone_is_none),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
