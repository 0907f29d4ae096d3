#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/attr.h"
#include "server/base/url.h"

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

static void a_url_is_taken_apart_as_rfc_3986_3_has_it(void **state)
{
    struct url url;
    assert_null(url_parse(*state, "HTTPS://me@Example.COM:8443/a/b?c=d#e", &url));
    assert_string_equal(url.scheme, "https");
    assert_string_equal(url.userinfo, "me");
    assert_string_equal(url.host, "example.com");
    assert_string_equal(url.port, "8443");
    assert_string_equal(url.path, "/a/b");
    assert_string_equal(url.query, "c=d");
    assert_string_equal(url.fragment, "e");
}

static void an_ipv6_host_keeps_its_brackets(void **state)
{
    struct url url;
    assert_null(url_parse(*state, "http://[::1]:80/cb", &url));
    assert_string_equal(url.host, "[::1]");
    assert_string_equal(url.port, "80");
    assert_true(url_is_loopback(&url));
}

static void a_private_use_scheme_needs_no_host(void **state)
{
    struct url url;
    assert_null(url_parse(*state, "com.example.app:/cb", &url));
    assert_null(url.host);
    assert_string_equal(url.path, "/cb");
    assert_null(url_parse(*state, "com.example.app:///cb", &url));
    assert_null(url.host);
    assert_string_equal(url.path, "/cb");
}

static void what_is_no_absolute_uri_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", "has no scheme"},
        {"/cb", "has no scheme"},
        {"1a:/cb", "has no scheme"},
        {"http:", "has no host"},
        {"http:/cb", "has no host"},
        {"http:///cb", "has no host"},
        {"http://:80/", "has no host"},
        {"http://a b/", "holds a space"},
        {"http://a/%zz", "holds a % without two hex digits"},
        {"http://a/%4", "holds a % without two hex digits"},
        {"http://*.example.com/", "has a host that is not a name"},
        {"http://[::1/", "has a bad IPv6 address"},
        {"http://[::1]x/", "has a bad IPv6 address"},
        {"http://[]/", "has a bad IPv6 address"},
        {"http://a:0/", "has a bad port number"},
        {"http://a:65536/", "has a bad port number"},
        {"http://a:x/", "has a bad port number"},
        {"http://a/\"", "holds '\"', which a URI writes %22"},
        {"http://a/\x01", "holds the byte %01 unescaped"},
        {"http://\xc3\xa9/", "holds the byte %C3 unescaped"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        const char *fault = url_parse(*state, rows[i].text, &url);
        assert_non_null(fault);
        assert_string_equal(fault, rows[i].fault);
    }
}

static void only_a_loopback_host_is_loopback(void **state)
{
    static const struct {
        const char *text;
        bool loopback;
    } rows[] = {
        {"http://localhost/", true},           {"http://127.0.0.1:5/", true},
        {"http://127.1.2.3/", true},           {"http://localhost.example.com/", false},
        {"http://127.example.com/", false},    {"http://10.0.0.1/", false},
        {"com.example.app:/localhost", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        assert_null(url_parse(*state, rows[i].text, &url));
        assert_int_equal(url_is_loopback(&url), rows[i].loopback);
    }
}

static void an_origin_leaves_out_the_default_port(void **state)
{
    static const struct {
        const char *text, *origin;
    } rows[] = {
        {"http://localhost:5173/callback", "http://localhost:5173"},
        {"http://Example.com:80/", "http://example.com"},
        {"https://example.com:443/", "https://example.com"},
        {"https://example.com:80/x?y", "https://example.com:80"},
        {"http://[::1]:9/", "http://[::1]:9"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url url;
        assert_null(url_parse(*state, rows[i].text, &url));
        assert_string_equal(url_origin(*state, &url), rows[i].origin);
    }
}

static void assert_slice(struct url_slice slice, const char *expected)
{
    assert_int_equal(slice.size, strlen(expected));
    assert_memory_equal(slice.at == NULL ? "" : slice.at, expected, slice.size);
}

/* The expression of RFC 3986 Appendix B, applied by hand; marks stay with what they introduce. */
static void any_text_splits_into_the_pieces_of_rfc_3986_appendix_b(void **state)
{
    (void)state;
    static const struct {
        const char *text, *scheme, *userinfo, *host, *port, *path, *query, *fragment;
    } rows[] = {
        {"http://u:p@[::1]:80/a?b?c#d#e", "http", "u:p@", "[::1]", ":80", "/a", "?b?c", "#d#e"},
        {"app:/cb", "app", "", "", "", "/cb", "", ""},
        {"http://a:80@b:/?#", "http", "a:80@", "b", ":", "/", "?", "#"},
        {"localhost:3000/cb", "localhost", "", "", "", "3000/cb", "", ""},
        {"/a:b?x:y", "", "", "", "", "/a:b", "?x:y", ""},
        {"", "", "", "", "", "", "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url_pieces pieces = url_split(rows[i].text);
        assert_slice(pieces.scheme, rows[i].scheme);
        assert_slice(pieces.userinfo, rows[i].userinfo);
        assert_slice(pieces.host, rows[i].host);
        assert_slice(pieces.port, rows[i].port);
        assert_slice(pieces.path, rows[i].path);
        assert_slice(pieces.query, rows[i].query);
        assert_slice(pieces.fragment, rows[i].fragment);
    }
}

static void a_query_is_put_in_front_of_the_fragment(void **state)
{
    static const char *const rows[][2] = {{"https://a/b", "https://a/b?c=d"},
                                          {"https://a/b?e", "https://a/b?e&c=d"},
                                          {"https://a/b#f?g", "https://a/b?c=d#f?g"},
                                          {"https://a/b?e#f", "https://a/b?e&c=d#f"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(url_with_query(*state, rows[i][0], "c=d"), rows[i][1]);
    }
}

static void a_message_shows_a_url_without_its_query_and_cut_short(void **state)
{
    char url[400] = "https://a/";
    memset(url + strlen(url), 'b', 300);
    assert_string_equal(url_shown(*state, "https://a/b?c=d"), "https://a/b");
    assert_string_equal(url_shown(*state, "https://a/b#c"), "https://a/b");
    assert_int_equal(strlen(url_shown(*state, url)), 203);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart_as_rfc_3986_3_has_it),
        cmocka_unit_test(any_text_splits_into_the_pieces_of_rfc_3986_appendix_b),
        cmocka_unit_test(an_ipv6_host_keeps_its_brackets),
        cmocka_unit_test(a_private_use_scheme_needs_no_host),
        cmocka_unit_test(what_is_no_absolute_uri_is_refused_with_the_reason),
        cmocka_unit_test(only_a_loopback_host_is_loopback),
        cmocka_unit_test(a_message_shows_a_url_without_its_query_and_cut_short),
        cmocka_unit_test(a_query_is_put_in_front_of_the_fragment),
        cmocka_unit_test(an_origin_leaves_out_the_default_port),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
