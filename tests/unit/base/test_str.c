#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "tests/unit/base/fixture.h"

static void two_nulls_are_equal_and_one_is_not(void **state)
{
    (void)state;
    assert_true(str_equal(NULL, NULL));
    assert_false(str_equal(NULL, ""));
    assert_true(str_equal("a", "a"));
    assert_false(str_equal("a", "A"));
}

static void beginnings_and_ends_are_found(void **state)
{
    (void)state;
    assert_true(str_starts("https://x", "https://"));
    assert_false(str_starts("http", "https://"));
    assert_true(str_ends("a.json", ".json"));
    assert_false(str_ends("json", ".json"));
}

/* RFC 3986 2.1: hex digits of either case; a plus is a plus. */
static void a_percent_encoding_is_two_hex_digits_within_the_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        int byte;
        size_t taken;
    } rows[] = {
        {"a", 1, 'a', 1},  {"+", 1, '+', 1},    {"%2f", 3, '/', 3},   {"%2F", 3, '/', 3},
        {"%00", 3, 0, 3},  {"%fF", 3, 0xff, 3}, {"\xff", 1, 0xff, 1}, {"%", 1, -1, 1},
        {"%2f", 2, -1, 1}, {"%g0", 3, -1, 1},   {"%0g", 3, -1, 1},    {"%@0", 3, -1, 1},
        {"%`0", 3, -1, 1}, {"%%41", 4, -1, 1},  {"%2525", 5, '%', 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = rows[i].text;
        assert_int_equal(str_percent_next(&at, rows[i].text + rows[i].size), rows[i].byte);
        assert_int_equal(at - rows[i].text, rows[i].taken);
    }
}

static void a_word_is_found_whole_only(void **state)
{
    (void)state;
    assert_true(str_has_word("openid email", "email"));
    assert_true(str_has_word("openid email", "openid"));
    assert_false(str_has_word("openid email", "mail"));
    assert_false(str_has_word("openid email", "open"));
    assert_false(str_has_word("openid email", "openid email"));
    assert_false(str_has_word("", "openid"));
    assert_false(str_has_word("openid", ""));
}

static void words_are_walked_over_runs_of_spaces(void **state)
{
    (void)state;
    const char *at = "  a  bc ";
    size_t size = 0;
    assert_memory_equal(str_next_word(&at, &size), "a", 1);
    assert_int_equal(size, 1);
    assert_memory_equal(str_next_word(&at, &size), "bc", 2);
    assert_int_equal(size, 2);
    assert_null(str_next_word(&at, &size));
    assert_null(str_next_word(&at, &size));
}

/* RFC 3629 3 and 4; the last ones of each size are the limits. */
static void well_formed_utf8_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "a",
                                       "\x7f",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "z\xc3\xbcrich \xe2\x82\xac"};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(str_is_utf8(good[i], strlen(good[i])));
    }
}

/* RFC 3629 10: long forms, surrogates and what lies beyond are not UTF-8. */
static void ill_formed_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xc2 ",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xe2\x82",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x80\x80\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "ok\xfe"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(str_is_utf8(bad[i], strlen(bad[i])));
    }
    assert_false(str_is_utf8("a\0b", 3));
}

static void the_well_formed_beginning_ends_before_a_cut_character(void **state)
{
    (void)state;
    assert_int_equal(str_utf8_prefix("ab\xe2\x82", 4), 2);
    assert_int_equal(str_utf8_prefix("\xe2\x82\xac", 3), 3);
    assert_int_equal(str_utf8_char("\xe2\x82\xac", 3), 3);
    assert_int_equal(str_utf8_char("\xac", 1), 0);
    assert_int_equal(str_utf8_char("", 0), 0);
}

static void integers_within_their_limits_are_read(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_true(str_to_int64("9223372036854775807", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_true(str_to_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    assert_true(str_to_int64("0", 0, 0, &value));
    assert_int_equal(value, 0);
}

static void what_is_no_integer_or_leaves_its_limits_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",   "-",   "+1",  " 1",  "1 ",
                                      "1a", "0x1", "--1", "1.0", "9223372036854775808"};
    int64_t value = 7;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(str_to_int64(bad[i], INT64_MIN, INT64_MAX, &value));
    }
    assert_false(str_to_int64("11", 0, 10, &value));
    assert_false(str_to_int64("-1", 0, 10, &value));
    assert_int_equal(value, 7);
}

/* RFC 3986 2.1, 2.3. */
static void all_but_unreserved_characters_are_percent_encoded(void **state)
{
    assert_string_equal(str_percent_encode(*state, "AZaz09-._~"), "AZaz09-._~");
    assert_string_equal(str_percent_encode(*state, "a b+c&d=%/\xc3\xa9"),
                        "a%20b%2Bc%26d%3D%25%2F%C3%A9");
}

/* RFC 6749 5.2: %x20-21 / %x23-5B / %x5D-7E. */
static void error_text_stays_within_its_characters(void **state)
{
    char all[256];
    for (int c = 1; c < 256; c++) {
        all[c - 1] = (char)c;
    }
    all[255] = '\0';
    for (const char *at = str_error_text(*state, all); *at; at++) {
        assert_true(*at >= 0x20 && *at <= 0x7E && *at != '"' && *at != '\\');
    }
    assert_string_equal(str_error_text(*state, "say \"a\\b\"\n\xc3\xa9"), "say 'a/b'%0A%C3%A9");
}

static void a_buffer_grows_as_text_is_put(void **state)
{
    struct str_buf buf;
    str_buf_init(&buf, *state);
    assert_string_equal(str_buf_text(&buf), "");
    for (int i = 0; i < 1000; i++) {
        str_buf_printf(&buf, "%03d,", i);
    }
    str_buf_put(&buf, "end");
    str_buf_put_n(&buf, "!?", 1);
    assert_int_equal(buf.size, 4004);
    assert_int_equal(strlen(str_buf_text(&buf)), 4004);
    assert_true(str_starts(str_buf_text(&buf), "000,001,"));
    assert_true(str_ends(str_buf_text(&buf), "998,999,end!"));
}

static void a_list_takes_a_word_once_and_keeps_a_copy(void **state)
{
    struct arena *arena = *state;
    char word[] = "b";
    const char *list = str_with_word(arena, "", word);
    word[0] = 'x';
    assert_string_equal(list, "b");
    list = str_with_word(arena, list, "c");
    assert_string_equal(list, "b c");
    assert_string_equal(str_with_word(arena, list, "b"), "b c");
    assert_string_equal(str_with_word(arena, list, "bc"), "b c bc");
}

static void words_of_another_list_are_taken_out(void **state)
{
    struct arena *arena = *state;
    assert_string_equal(str_words_without(arena, "a b c", "b"), "a c");
    assert_string_equal(str_words_without(arena, "a b c", ""), "a b c");
    assert_string_equal(str_words_without(arena, "ab b", "a b"), "ab");
    assert_string_equal(str_words_without(arena, "", "a"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(two_nulls_are_equal_and_one_is_not),
        WITH_ARENA(beginnings_and_ends_are_found),
        WITH_ARENA(a_percent_encoding_is_two_hex_digits_within_the_text),
        WITH_ARENA(a_word_is_found_whole_only),
        WITH_ARENA(words_are_walked_over_runs_of_spaces),
        WITH_ARENA(a_list_takes_a_word_once_and_keeps_a_copy),
        WITH_ARENA(words_of_another_list_are_taken_out),
        WITH_ARENA(well_formed_utf8_is_taken),
        WITH_ARENA(ill_formed_utf8_is_refused),
        WITH_ARENA(the_well_formed_beginning_ends_before_a_cut_character),
        WITH_ARENA(integers_within_their_limits_are_read),
        WITH_ARENA(what_is_no_integer_or_leaves_its_limits_is_refused),
        WITH_ARENA(all_but_unreserved_characters_are_percent_encoded),
        WITH_ARENA(error_text_stays_within_its_characters),
        WITH_ARENA(a_buffer_grows_as_text_is_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
