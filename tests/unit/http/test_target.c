#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/http/target.h"

static struct request parsed(struct arena *arena, enum method method, const char *target)
{
    struct request request = {.arena = arena, .method = method};
    target_parse(&request, target);
    return request;
}

/* RFC 9112 3.2: the forms a target has. */
static void target_is_split_as_it_stood(void **state)
{
    struct arena *arena = *state;
    static const struct {
        enum method method;
        const char *target, *path, *query, *authority;
    } rows[] = {
        {METHOD_GET, "/", "/", NULL, NULL},
        {METHOD_GET, "/a/b?c=d&e", "/a/b", "c=d&e", NULL},
        {METHOD_GET, "/a?", "/a", "", NULL},
        {METHOD_GET, "/a?b?c", "/a", "b?c", NULL},
        {METHOD_GET, "/a/..%2f%00?%00", "/a/..%2f%00", "%00", NULL},
        {METHOD_GET, "//a/b", "//a/b", NULL, NULL},
        {METHOD_GET, "http://h:80/a?b", "/a", "b", "h:80"},
        {METHOD_GET, "HTTPS://[::1]:80/a", "/a", NULL, "[::1]:80"},
        {METHOD_GET, "http://h", "/", NULL, "h"},
        {METHOD_GET, "http://h?b", "/", "b", "h"},
        {METHOD_OPTIONS, "*", "*", NULL, NULL},
        {METHOD_OPTIONS, "http://h:80", "*", NULL, "h:80"},
        {METHOD_OPTIONS, "http://h/", "/", NULL, "h"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request = parsed(arena, rows[i].method, rows[i].target);
        assert_null(request.malformed);
        assert_string_equal(request.path, rows[i].path);
        assert_true(str_equal(request.query, rows[i].query));
        assert_true(str_equal(request.authority, rows[i].authority));
    }
}

static void what_is_no_target_is_malformed(void **state)
{
    struct arena *arena = *state;
    static const char *const targets[] = {
        "",
        "a",
        "*",
        "localhost:443",
        "/a b",
        "/\x01",
        "/\x7f",
        "/\xc3\xa9",
        "/a\tb",
        "/a#b",
        "http://",
        "http:///a",
        "ftp://h",
        "http://u@h",
        "http://u:p@h",
        "http:/h",
        "http://h/#",
        "javascript:a",
    };
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct request request = parsed(arena, METHOD_GET, targets[i]);
        assert_non_null(request.malformed);
        assert_non_null(request.path);
    }
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_is_split_as_it_stood),
        cmocka_unit_test(what_is_no_target_is_malformed),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
