#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/pattern.h"
#include "tests/unit/base/fixture.h"

static int find(struct arena *arena, const char *expression, const char *text)
{
    const char *fault = NULL;
    struct pattern *pattern = pattern_new(arena, expression, &fault);
    assert_non_null(pattern);
    int found = pattern_find(pattern, text);
    pattern_free(pattern);
    return found;
}

static void an_expression_is_found_anywhere_and_in_any_case(void **state)
{
    assert_int_equal(find(*state, "^dep", "Department"), PATTERN_FOUND);
    assert_int_equal(find(*state, "MENT$", "Department"), PATTERN_FOUND);
    assert_int_equal(find(*state, "^c.y$", "c\xc3\xa9y"),
                     PATTERN_FOUND); /* a character, not a byte */
    assert_int_equal(find(*state, "\xc3\x89", "\xc3\xa9"), PATTERN_FOUND);
    assert_int_equal(find(*state, "^part", "Department"), PATTERN_ABSENT);
    assert_int_equal(find(*state, "", "x"), PATTERN_FOUND);
}

static void what_is_none_is_refused_with_the_place(void **state)
{
    static const char *const none[] = {"(", "[a", "*", "a{2,1}", "((a{1000}){1000}){1000}"};
    for (size_t i = 0; i < COUNT(none); i++) {
        const char *fault = NULL;
        assert_null(pattern_new(*state, none[i], &fault));
        assert_non_null(strstr(fault, "is no regular expression: "));
        assert_non_null(strstr(fault, ", at offset "));
    }
}

static void an_expression_that_is_too_long_is_refused(void **state)
{
    char text[PATTERN_MAX + 2];
    const char *fault = NULL;
    memset(text, 'a', sizeof(text));
    text[PATTERN_MAX + 1] = '\0';
    assert_null(pattern_new(*state, text, &fault));
    text[PATTERN_MAX] = '\0';
    assert_int_equal(find(*state, text, "a"), PATTERN_ABSENT);
}

/* Without a limit this one takes longer than anybody lives. */
static void matching_is_given_up_when_it_takes_too_much(void **state)
{
    static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    assert_int_equal(find(*state, "^((a+)+)+$", text), PATTERN_TOO_MUCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(an_expression_is_found_anywhere_and_in_any_case),
        WITH_ARENA(what_is_none_is_refused_with_the_place),
        WITH_ARENA(an_expression_that_is_too_long_is_refused),
        WITH_ARENA(matching_is_given_up_when_it_takes_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
