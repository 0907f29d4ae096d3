#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/nearest.h"

static const char *nearest_of(const char *word, const char *a, const char *b)
{
    struct nearest nearest;
    nearest_init(&nearest, word);
    nearest_offer(&nearest, a);
    nearest_offer(&nearest, b);
    return nearest_text(&nearest);
}

static void a_slip_of_the_hand_finds_the_word_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest_of("--prot", "--host", "--port"), "--port");
    assert_string_equal(nearest_of("redirect_uri", "redirect_uris", "scope"), "redirect_uris");
    assert_string_equal(nearest_of("clientid", "client_id", "client_name"), "client_id");
}

static void a_word_like_no_candidate_has_none(void **state)
{
    (void)state;
    assert_null(nearest_of("--certificate", "--port", "--host"));
    assert_null(nearest_of("xyz", "redirect_uris", "grant_types"));
}

static void a_short_word_is_not_taken_for_another_of_its_length(void **state)
{
    (void)state;
    assert_null(nearest_of("foo", "now", "not"));
    assert_null(nearest_of("len", "get", "map"));
    assert_string_equal(nearest_of("tmp", "data", "temp"), "temp");
}

static void a_word_in_the_other_case_is_the_nearest_of_all(void **state)
{
    (void)state;
    assert_string_equal(nearest_of("URL", "qs", "url"), "url");
    assert_string_equal(nearest_of("post", "PUT", "POST"), "POST");
}

static void
a_word_cut_short_finds_the_whole_one_and_a_slip_of_one_letter_comes_before_it(void **state)
{
    (void)state;
    assert_string_equal(nearest_of("substr", "upper", "substring"), "substring");
    assert_string_equal(nearest_of("len", "get", "length"), "length");
    assert_string_equal(nearest_of("date", "dateDifference", "data"), "data");
    assert_null(nearest_of("ad", "addSeconds", "upper"));
}

static bool is_slip(const char *word, const char *meant)
{
    struct nearest nearest;
    nearest_init(&nearest, word);
    nearest_offer(&nearest, meant);
    return nearest_is_slip(&nearest);
}

static void letters_that_changed_places_are_one_slip_and_a_short_word_has_no_two(void **state)
{
    (void)state;
    assert_true(is_slip("prot", "port"));
    assert_true(is_slip("hots", "host"));
    assert_true(is_slip("ports", "port"));
    assert_true(is_slip("allowhosts", "allow_host"));
    assert_false(is_slip("root", "port"));
    assert_false(is_slip("head", "header_timeout"));
    assert_false(is_slip("home", "host"));
    assert_false(is_slip("ca", "db"));
    assert_false(is_slip("url", "tls"));
}

static void a_very_long_word_is_measured_against_nothing(void **state)
{
    (void)state;
    char word[200];
    for (size_t i = 0; i < sizeof(word) - 1; i++) {
        word[i] = 'a';
    }
    word[sizeof(word) - 1] = '\0';
    assert_null(nearest_of(word, "a", word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_hand_finds_the_word_meant),
        cmocka_unit_test(a_word_like_no_candidate_has_none),
        cmocka_unit_test(a_short_word_is_not_taken_for_another_of_its_length),
        cmocka_unit_test(a_word_in_the_other_case_is_the_nearest_of_all),
        cmocka_unit_test(
            a_word_cut_short_finds_the_whole_one_and_a_slip_of_one_letter_comes_before_it),
        cmocka_unit_test(letters_that_changed_places_are_one_slip_and_a_short_word_has_no_two),
        cmocka_unit_test(a_very_long_word_is_measured_against_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
