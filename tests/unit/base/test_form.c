#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/form.h"
#include "tests/unit/base/fixture.h"

static struct form parsed(struct arena *arena, const char *text)
{
    struct form form;
    const char *bad_name = NULL;
    assert_int_equal(form_parse(arena, text, strlen(text), &form, &bad_name), FORM_OK);
    return form;
}

static void refused(struct arena *arena, const char *bytes, size_t size, int outcome,
                    const char *name)
{
    struct form form = {.count = 99};
    const char *bad_name = NULL;
    assert_int_equal(form_parse(arena, bytes, size, &form, &bad_name), outcome);
    assert_string_equal(bad_name, name);
    assert_int_equal(form.count, 0);
}

/* RFC 6749 Appendix B. */
static void names_and_values_decode_as_the_rfcs_example(void **state)
{
    struct form form = parsed(*state, "a=+%25%26%2B%C2%A3%E2%82%AC");
    assert_string_equal(form_get(&form, "a"), " %&+\xc2\xa3\xe2\x82\xac");
    form = parsed(*state, "n%61me=v%3Dv=w");
    assert_string_equal(form_get(&form, "name"), "v=v=w");
}

static void values_decode_once(void **state)
{
    struct form form = parsed(*state, "a=%2541");
    assert_string_equal(form_get(&form, "a"), "%41");
}

static void empty_pieces_are_skipped_and_order_is_kept(void **state)
{
    struct form form = parsed(*state, "&b=2&&a=1&c&");
    assert_int_equal(form.count, 3);
    assert_string_equal(form.fields[0].name, "b");
    assert_string_equal(form.fields[1].name, "a");
    assert_string_equal(form.fields[2].name, "c");
    assert_string_equal(form.fields[2].value, "");
    form = parsed(*state, "");
    assert_int_equal(form.count, 0);
}

/* RFC 6749 3.1. */
static void a_parameter_without_a_value_was_not_sent(void **state)
{
    struct form form = parsed(*state, "state=&scope=a");
    assert_null(form_get(&form, "state"));
    assert_null(form_get(&form, "nonce"));
    assert_string_equal(form_get(&form, "scope"), "a");
    assert_int_equal(form_count(&form, "state"), 1);
}

static void a_repeated_parameter_is_named(void **state)
{
    struct form form = parsed(*state, "a=1&b=2&b=&a=3");
    assert_string_equal(form_repeated(&form, NULL), "a");
    assert_string_equal(form_repeated(&form, "a"), "b"); /* passed over */
    assert_int_equal(form_count(&form, "b"), 2);
    assert_string_equal(form_get(&form, "a"), "1");
    form = parsed(*state, "a=1&A=1");
    assert_null(form_repeated(&form, NULL));
}

static void a_percent_without_two_digits_is_refused(void **state)
{
    static const char *const bad[] = {"a=%", "a=%4", "a=%4g", "a=%g4", "a=%4&b=1", "a=1%%41"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        refused(*state, bad[i], strlen(bad[i]), FORM_BAD_ENCODING, "a");
    }
    refused(*state, "ok=1&na%zz=1", 12, FORM_BAD_ENCODING, "na");
}

static void a_nul_is_refused_encoded_or_not(void **state)
{
    refused(*state, "a=1%002", 7, FORM_NUL, "a");
    refused(*state, "a=1\0002", 5, FORM_NUL, "a");
    refused(*state, "a%00b=1", 7, FORM_NUL, "a");
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    refused(*state, "a=%C3", 5, FORM_NOT_UTF8, "a");
    refused(*state, "a=\xff", 3, FORM_NOT_UTF8, "a");
    refused(*state, "a%ED%A0%80=1", 12, FORM_NOT_UTF8, "a");
}

static char *many_fields(struct arena *arena, size_t count)
{
    char *text = arena_alloc(arena, count * 4 + 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * 4, "a=1&", 4);
    }
    return text;
}

static void more_fields_than_the_limit_are_refused(void **state)
{
    struct form form = parsed(*state, many_fields(*state, FORM_FIELDS_MAX));
    assert_int_equal(form.count, FORM_FIELDS_MAX);
    const char *text = many_fields(*state, FORM_FIELDS_MAX + 1);
    refused(*state, text, strlen(text), FORM_TOO_MANY, "");
}

static void encoded_fields_parse_back(void **state)
{
    static const struct form_field fields[] = {{"a b", "1&2=3"}, {"code", ""}, {"x", "\xc3\xa9+"}};
    const char *text = form_encode(*state, fields, COUNT(fields));
    assert_string_equal(text, "a%20b=1%262%3D3&code=&x=%C3%A9%2B");
    struct form form = parsed(*state, text);
    assert_int_equal(form.count, COUNT(fields));
    for (size_t i = 0; i < COUNT(fields); i++) {
        assert_string_equal(form.fields[i].name, fields[i].name);
        assert_string_equal(form.fields[i].value, fields[i].value);
    }
    assert_string_equal(form_encode(*state, fields, 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(names_and_values_decode_as_the_rfcs_example),
        WITH_ARENA(values_decode_once),
        WITH_ARENA(empty_pieces_are_skipped_and_order_is_kept),
        WITH_ARENA(a_parameter_without_a_value_was_not_sent),
        WITH_ARENA(a_repeated_parameter_is_named),
        WITH_ARENA(a_percent_without_two_digits_is_refused),
        WITH_ARENA(a_nul_is_refused_encoded_or_not),
        WITH_ARENA(bytes_that_are_not_utf8_are_refused),
        WITH_ARENA(more_fields_than_the_limit_are_refused),
        WITH_ARENA(encoded_fields_parse_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
