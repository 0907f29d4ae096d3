#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/base/duration.h"
#include "server/base/shape.h"

static void each_unit_is_so_many_milliseconds(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {{"250ms", 250},      {"90s", 90000},    {"5m", 300000}, {"2h", 7200000},
                {"30d", 2592000000}, {"-10m", -600000}, {"7", 7000},    {"0s", 0}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = -1;
        assert_int_equal(duration_parse(rows[i].text, &ms), 0);
        assert_int_equal(ms, rows[i].ms);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "s", "5 m", "5min", "m5", "--5s", "1.5h", "5M", "99999999999999999999s", "400000d"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        int64_t ms = 0;
        assert_int_equal(duration_parse(texts[i], &ms), 1);
    }
}

static void a_number_is_seconds(void **state)
{
    int64_t ms = 0;
    json_auto_t *whole = json_integer(90);
    json_auto_t *half = json_real(0.25);
    json_auto_t *huge = json_integer(INT64_MAX);
    json_auto_t *other = json_true();
    (void)state;
    assert_int_equal(duration_read(whole, &ms), 0);
    assert_int_equal(ms, 90000);
    assert_int_equal(duration_read(half, &ms), 0);
    assert_int_equal(ms, 250);
    assert_int_equal(duration_read(huge, &ms), 1);
    assert_int_equal(duration_read(other, &ms), 1);
}

/* A refusal in parts, as a problem's members have them. */
static void a_shape_tells_place_expectation_and_nearest_word(void **state)
{
    static const char *const words[] = {"approve", "deny", NULL};
    static const struct shape decision = {
        .type = SHAPE_TEXT, .max = 10, .expected = "approve or deny", .words = words};
    static const struct shape wait = {
        .type = SHAPE_DURATION, .min = 0, .max = 1000, .expected = "a second at most"};
    static const struct shape_member members[] = {
        {"decision", &decision, false}, {"wait", &wait, false}, {NULL, NULL, false}};
    static const struct shape shape = {
        .type = SHAPE_RECORD, .expected = "an object", .members = members};
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct shape_fault fault = {0};
    (void)state;
    json_auto_t *slip = json_pack("{s:s}", "decision", "aprove");
    assert_int_equal(shape_judge(arena, &shape, slip, &fault), 1);
    assert_string_equal(fault.pointer, "/decision");
    assert_string_equal(fault.nearest, "approve");
    assert_string_equal(fault.expected, "approve or deny");
    json_auto_t *unknown = json_pack("{s:s}", "decisio", "deny");
    assert_int_equal(shape_judge(arena, &shape, unknown, &fault), 1);
    assert_string_equal(fault.pointer, "/decisio");
    assert_string_equal(fault.nearest, "decision");
    json_auto_t *late = json_pack("{s:s}", "wait", "1001ms");
    assert_int_equal(shape_judge(arena, &shape, late, &fault), 1);
    assert_string_equal(fault.pointer, "/wait");
    json_auto_t *right = json_pack("{s:s, s:i}", "decision", "deny", "wait", 1);
    assert_int_equal(shape_judge(arena, &shape, right, &fault), 0);
    json_auto_t *list = json_array();
    assert_int_equal(shape_judge(arena, &shape, list, &fault), 1);
    assert_string_equal(fault.pointer, "");
}

static void its_text_is_in_the_largest_unit_and_reads_back(void **state)
{
    static const char *const rows[] = {"250ms", "90s", "5m", "2h", "30d", "0s", "-10m", "1500ms"};
    AUTO(arena_drop) struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms;
        assert_int_equal(duration_parse(rows[i], &ms), 0);
        assert_string_equal(duration_text(arena, ms), rows[i]);
    }
    assert_string_equal(duration_text(arena, 7200000), "2h");
    assert_string_equal(duration_text(arena, 60000), "1m");
}

static void one_of_several_shapes_judges_by_its_type(void **state)
{
    static const struct shape text = {.type = SHAPE_TEXT, .max = 3, .expected = "a short text"};
    static const struct shape number = {
        .type = SHAPE_NUMBER, .min = 0, .max = 1, .expected = "from 0 to 1"};
    static const struct shape null = {.type = SHAPE_NULL, .expected = "null"};
    static const struct shape *const either[] = {&text, &number, &null, NULL};
    static const struct shape shape = {
        .type = SHAPE_EITHER, .expected = "any of the three", .either = either};
    static const struct {
        const char *json, *expected;
    } rows[] = {{"\"abc\"", NULL},
                {"0.5", NULL},
                {"1", NULL},
                {"null", NULL},
                {"\"abcd\"", "a short text"},
                {"1.5", "from 0 to 1"},
                {"2", "from 0 to 1"},
                {"true", "any of the three"},
                {"[]", "any of the three"}};
    AUTO(arena_drop) struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct shape_fault fault = {0};
        json_auto_t *value = json_loads(rows[i].json, JSON_DECODE_ANY, NULL);
        assert_int_equal(shape_judge(arena, &shape, value, &fault), rows[i].expected != NULL);
        if (rows[i].expected != NULL) {
            assert_string_equal(fault.expected, rows[i].expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_unit_is_so_many_milliseconds),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(a_number_is_seconds),
        cmocka_unit_test(a_shape_tells_place_expectation_and_nearest_word),
        cmocka_unit_test(its_text_is_in_the_largest_unit_and_reads_back),
        cmocka_unit_test(one_of_several_shapes_judges_by_its_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
