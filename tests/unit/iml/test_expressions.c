/* Words, paths and operators, and how they are read. */
#include "tests/unit/iml/world.h"

#include "server/base/attr.h"
#include "server/iml/parse.h"

static void operators_bind_as_in_ecmascript(void **state)
{
    static const struct example examples[] = {
        {"1 + 2 * 3", "7"},    {"(1 + 2) * 3", "9"},       {"10 - 4 - 3", "3"},
        {"7 % 4 * 2", "6"},    {"1 < 2 && 2 < 3", "true"}, {"0 || 1 && 0", "0"},
        {"1 + 1 = 2", "true"}, {"!1 = 2", "false"},        {"-2 + 3", "1"},
        {"--2", "2"},          {"!!\"a\"", "true"},        {"1 = 1 = true", "true"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void plus_adds_numbers_and_numeric_text_and_else_joins(void **state)
{
    static const struct example examples[] = {
        {"\"1\" + 2", "3"},
        {"\" 1.5 \" + \"1e1\"", "11.5"},
        {"\"a\" + 1", "\"a1\""},
        {"\"0x10\" + 1", "\"0x101\""},
        {"missing + \"b\"", "\"b\""},
        {"none + \"b\"", "\"b\""},
        {"0.1 + 0.2", "0.30000000000000004"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void the_other_operators_turn_text_into_numbers_or_name_the_position(void **state)
{
    struct iml *iml = *state;
    static const struct example examples[] = {
        {"\"6\" / \"4\"", "1.5"}, {"\"6\" - 1", "5"}, {"true * 2", "2"}, {"-\"3\"", "-3"}};
    assert_examples(iml, examples, COUNT(examples));
    assert_refused(
        iml, "headers.content-type",
        "undefined is no number, which '-' needs; a name with a dash stands in backticks");
    assert_refused(iml, "1 + (\"a\" - 1)", "a text is no number, which '-' needs");
    assert_int_equal(iml->fault.at, 9);
    assert_refused(iml, "1 / 0", "divided by 0");
    assert_refused(iml, "list * 2", "an array is no number");
}

static void equality_is_loose_with_two_signs_and_strict_with_three(void **state)
{
    static const struct example examples[] = {
        {"\"1\" = 1", "true"},         {"\"1\" == 1", "true"},
        {"\"1\" === 1", "false"},      {"\"1\" !== 1", "true"},
        {"\"1\" != 1", "false"},       {"none = missing", "true"},
        {"none === missing", "false"}, {"missing === undefined", "true"},
        {"0 = \"\"", "false"},         {"list = list", "true"},
        {"numbers = words", "false"},  {"false = none", "false"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void texts_compare_by_their_bytes_and_dates_with_their_texts(void **state)
{
    static const struct example examples[] = {
        {"\"a\" < \"b\"", "true"},
        {"\"10\" < \"9\"", "true"},
        {"\"10\" < 9", "false"},
        {"\"ab\" > \"a\"", "true"},
        {"\"\" <= \"\"", "true"},
        {"expires < \"2026-01-01T00:10:00.001Z\"", "true"},
        {"\"2026-01-01T01:10:00+01:00\" = expires", "true"},
        {"expires < addMinutes(now, 15)", "true"},
        {"expires < addMinutes(now, 5)", "false"},
        {"expires >= \"no date\"", "false"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void a_comparison_with_what_is_not_there_is_false_and_said(void **state)
{
    struct iml *iml = *state;
    iml->note_count = 0;
    assert_string_equal(value_of(iml, "missing < now"), "false");
    assert_string_equal(value_of(iml, "missing >= now"), "false");
    assert_int_equal(iml->note_count, 1);
    assert_non_null(strstr(iml->notes[0], "not there"));
    assert_string_equal(value_of(iml, "list < 1"), "false");
    assert_int_equal(iml->note_count, 2);
}

static void what_the_left_side_settles_is_not_evaluated(void **state)
{
    static const struct example examples[] = {
        {"0 && custom()", "0"},
        {"\"a\" || custom()", "\"a\""},
        {"1 && \"b\"", "\"b\""},
        {"none || \"b\"", "\"b\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void paths_lead_through_members_and_count_from_1(void **state)
{
    static const struct example examples[] = {
        {"list[1].t", "\"x\""},     {"list[].t", "\"x\""},        {"list[1 + 1].n", "2"},
        {"list[\"3\"].t", "\"z\""}, {"list[0]", "undefined"},     {"list[4].t.u.v", "undefined"},
        {"list[-1]", "undefined"},  {"`odd name`.`in.ner`", "5"}, {"missing[].a[2]", "undefined"},
        {"t.length", "undefined"},  {"t[1]", "undefined"},        {"list[1][\"t\"]", "\"x\""},
        {"first(list).t", "\"x\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void texts_stand_in_either_quotes_and_hold_expressions(void **state)
{
    static const struct example examples[] = {
        {"'a\"b'", "\"a\\\"b\""},
        {"\"it's\"", "\"it's\""},
        {"\"a\\n\\\"\\\\\"", "\"a\\n\\\"\\\\\""},
        {"\"\\d\"", "\"\\\\d\""},
        {"\"<{{a + 1}}>\"", "\"<2>\""},
        {"\"{{a}}\"", "\"1\""},
        {"\"{{'{{t}}'}}\"", "\"text\""},
        {"{{a}} + {{a}}", "2"},
        {"\"\"", "\"\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void what_does_not_parse_says_where(void **state)
{
    static const struct {
        const char *expression, *words;
        size_t at;
    } rows[] = {
        {"1 +", "ends where a value is due", 3},
        {"a b", "'b' stands where an operator is due", 2},
        {"join(list; \",\")", "semicolon", 9},
        {"join(list)", "join takes (array, separator), and here it gets 1 argument", 0},
        {"lower()", "gets 0 arguments", 0},
        {"lower(t, t)", "gets 2 arguments", 0},
        {"(1", "ends where a closing parenthesis is due", 2},
        {"list[1", "closing bracket", 6},
        {"a.", "name of a member", 2},
        {"\"abc", "quotation mark", 0},
        {"`abc", "backtick", 0},
        {"1a", "stands in backticks", 0},
        {"1.", "no digit", 0},
        {"a # b", "'#' begins nothing", 2},
        {"join(list,, t)", "', t)' stands where a value is due", 10},
        {"\"x{{1 +}}\"", "where a value is due", 7},
        {"", "ends where a value is due", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct iml *iml = *state;
        assert_refused(iml, rows[i].expression, rows[i].words);
        if (iml->fault.at != rows[i].at) {
            fail_msg("%s: at %zu, not %zu", rows[i].expression, iml->fault.at, rows[i].at);
        }
    }
}

static void a_function_of_another_name_parses_and_refuses_to_run(void **state)
{
    struct iml *iml = *state;
    assert_non_null(parse_expression(iml, "jion(list)", 10));
    assert_refused(iml, "1 + jion(list)", "custom functions cannot run here");
    assert_string_equal(iml->fault.nearest, "join");
    assert_int_equal(iml->fault.at, 4);
    assert_string_equal(value_of(iml, "if(true, 1, jion(list))"), "1");
}

static void words_that_are_values_stand_without_parentheses(void **state)
{
    static const struct example examples[] = {
        {"now", "\"2026-01-01T00:00:00.000Z\""},
        {"emptyarray", "[]"},
        {"emptyobject", "{}"},
        {"emptystring", "\"\""},
        {"null", "null"},
        {"undefined", "undefined"},
        {"true", "true"},
    };
    struct iml *iml = *state;
    assert_examples(iml, examples, COUNT(examples));
    const char *first = value_of(iml, "uuid");
    assert_int_equal(strlen(first), 38);
    assert_int_equal(first[15], '4'); /* RFC 9562 5.4: the version, and the variant */
    assert_non_null(strchr("89ab", first[20]));
    assert_string_not_equal(first, value_of(iml, "uuid"));
}

static void numbers_read_as_in_ecmascript(void **state)
{
    /* ECMA-262 6.1.6.1.20. */
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1e21, "1e+21"},
        {1e20, "100000000000000000000"},
        {123456.789, "123456.789"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {1.5e-10, "1.5e-10"},
        {-1.25, "-1.25"},
        {1.0 / 3, "0.3333333333333333"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {1e15, "1000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[IML_NUMBER_SIZE];
        iml_write_number(rows[i].number, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_ecmascript),
        cmocka_unit_test(plus_adds_numbers_and_numeric_text_and_else_joins),
        cmocka_unit_test(the_other_operators_turn_text_into_numbers_or_name_the_position),
        cmocka_unit_test(equality_is_loose_with_two_signs_and_strict_with_three),
        cmocka_unit_test(texts_compare_by_their_bytes_and_dates_with_their_texts),
        cmocka_unit_test(a_comparison_with_what_is_not_there_is_false_and_said),
        cmocka_unit_test(what_the_left_side_settles_is_not_evaluated),
        cmocka_unit_test(paths_lead_through_members_and_count_from_1),
        cmocka_unit_test(texts_stand_in_either_quotes_and_hold_expressions),
        cmocka_unit_test(what_does_not_parse_says_where),
        cmocka_unit_test(a_function_of_another_name_parses_and_refuses_to_run),
        cmocka_unit_test(words_that_are_values_stand_without_parentheses),
        cmocka_unit_test(numbers_read_as_in_ecmascript),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
