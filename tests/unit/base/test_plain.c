#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/plain.h"

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void what_a_terminal_obeys_is_shown_as_a_question_mark(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
         "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\x1b[31mred\r\nnext\tline\x7f", "?[31mred??next?line?"},
        {"\xc2\x9b"
         "31m \xc2\x80 \xc2\xa0",
         "?31m ? \xc2\xa0"},
        {"\xe2\x80\xae"
         "gnp\xe2\x81\xa6\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf",
         "?gnp????"},
        {"\xf3\xa0\x81\x81 \xd8\x9c", "? ?"},
        {"\xff\xc3 \xe2\x82", "?? ??"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(plain_line(*state, rows[i][0]), rows[i][1]);
    }
}

static void json_says_the_same_in_escapes(void **state)
{
    assert_string_equal(
        plain_json(*state, "{\n\"a\xe2\x80\xae\":\"\\n\xc2\x9b\xf3\xa0\x81\x81\xc3\xa4\x7f\"}"),
        "{\n\"a\\u202e\":\"\\n\\u009b\\udb40\\udc41\xc3\xa4\\u007f\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_obeys_is_shown_as_a_question_mark),
        cmocka_unit_test(json_says_the_same_in_escapes),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
