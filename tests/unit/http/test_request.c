#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/http/request.h"

static int open_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static struct request with(struct arena *arena, const struct header *headers, size_t count)
{
    return (struct request){.arena = arena, .headers = headers, .header_count = count};
}

static void header_names_know_no_case(void **state)
{
    const struct header headers[] = {{"hOsT", "a"}, {"Accept", "b"}};
    struct request request = with(*state, headers, COUNT(headers));
    assert_string_equal(request_header(&request, "Host"), "a");
    assert_string_equal(request_header(&request, "ACCEPT"), "b");
    assert_null(request_header(&request, "Hos"));
    assert_null(request_header(&request, "Hosts"));
}

static void repeated_headers_are_counted(void **state)
{
    const struct header headers[] = {{"Host", "a"}, {"Accept", "b"}, {"HOST", "c"}};
    struct request request = with(*state, headers, COUNT(headers));
    assert_int_equal(request_header_count(&request, "host"), 2);
    assert_int_equal(request_header_count(&request, "Accept"), 1);
    assert_int_equal(request_header_count(&request, "Cookie"), 0);
}

static void methods_know_case(void **state)
{
    (void)state;
    assert_int_equal(method_named("GET"), METHOD_GET);
    assert_int_equal(method_named("DELETE"), METHOD_DELETE);
    assert_int_equal(method_named("get"), METHOD_OTHER);
    assert_int_equal(method_named("GETS"), METHOD_OTHER);
    assert_int_equal(method_named(""), METHOD_OTHER);
}

static void cookie_is_found_among_others(void **state)
{
    const struct header headers[] = {{"Cookie", "a=1; session=s3; c="}, {"cookie", "d=4;e=5 "}};
    struct request request = with(*state, headers, COUNT(headers));
    assert_string_equal(request_cookie(&request, "a"), "1");
    assert_string_equal(request_cookie(&request, "session"), "s3");
    assert_string_equal(request_cookie(&request, "c"), "");
    assert_string_equal(request_cookie(&request, "d"), "4");
    assert_string_equal(request_cookie(&request, "e"), "5");
}

static void cookie_is_not_found_by_a_part_of_its_name_or_value(void **state)
{
    const struct header headers[] = {{"Cookie", "my_session=1; session2=2; x=session=3"}};
    struct request request = with(*state, headers, COUNT(headers));
    assert_null(request_cookie(&request, "session"));
    assert_null(request_cookie(&request, "SESSION2"));
    assert_string_equal(request_cookie(&request, "x"), "session=3");
}

static void first_of_two_cookies_of_a_name_counts(void **state)
{
    const struct header headers[] = {{"Cookie", "s=first; s=second"}, {"Cookie", "s=third"}};
    struct request request = with(*state, headers, COUNT(headers));
    assert_string_equal(request_cookie(&request, "s"), "first");
}

static void media_type_is_compared_without_case_and_parameters(void **state)
{
    const struct {
        const char *sent;
        bool is_form;
    } rows[] = {
        {"application/x-www-form-urlencoded", true},
        {"Application/X-WWW-Form-Urlencoded", true},
        {"application/x-www-form-urlencoded;charset=UTF-8", true},
        {"application/x-www-form-urlencoded ; charset=UTF-8", true},
        {"application/x-www-form-urlencoded2", false},
        {"application/x-www-form-urlencode", false},
        {"application/x-www-form-urlencoded text/html", false},
        {"application/json", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct header header = {"content-type", rows[i].sent};
        struct request request = with(*state, &header, 1);
        assert_int_equal(request_is(&request, "application/x-www-form-urlencoded"),
                         rows[i].is_form);
    }
    struct request request = with(*state, NULL, 0);
    assert_false(request_is(&request, "application/json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_names_know_no_case),
        cmocka_unit_test(repeated_headers_are_counted),
        cmocka_unit_test(methods_know_case),
        cmocka_unit_test(cookie_is_found_among_others),
        cmocka_unit_test(cookie_is_not_found_by_a_part_of_its_name_or_value),
        cmocka_unit_test(first_of_two_cookies_of_a_name_counts),
        cmocka_unit_test(media_type_is_compared_without_case_and_parameters),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
