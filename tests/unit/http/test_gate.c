#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/attr.h"
#include "server/http/gate.h"

static const char *const hosts[] = {"localhost", "127.0.0.1", "::1", NULL};
static const struct gate loopback = {
    .hosts = hosts,
    .locked_prefix = "/_makeshift/",
    .large_prefix = "/eu/api/v2/",
    .tenant_prefix = "/t/",
    .tenant_large_prefix = "/api/v2/",
};
static const struct gate open_wide = {.hosts = hosts,
                                      .any_host = true,
                                      .locked_prefix = "/_makeshift/",
                                      .open_path = "/_makeshift/health",
                                      .tenant_prefix = "/t/"};

static const struct header host = {"Host", "localhost:8080"};

static struct request to(struct arena *arena, const char *path)
{
    return (struct request){.arena = arena, .path = path, .headers = &host, .header_count = 1};
}

/* The status of the refusal, 0 when the gate admits it. A refusal has its reason. */
static int judge(const struct gate *gate, const struct request *request)
{
    const struct refusal refusal = gate_judge(gate, request);
    assert_int_equal(refusal.status != 0, refusal.reason != NULL);
    return refusal.status;
}

static int judge_headers(struct arena *arena, const struct header *headers, size_t count)
{
    struct request request = to(arena, "/");
    request.headers = headers;
    request.header_count = count;
    return judge(&loopback, &request);
}

static void host_must_come_once(void **state)
{
    const struct header twice[] = {host, host};
    assert_int_equal(judge_headers(*state, &host, 1), 0);
    assert_int_equal(judge_headers(*state, twice, 2), 400);
    assert_int_equal(judge_headers(*state, NULL, 0), 400);

    struct request request = to(*state, "/");
    request.header_count = 0;
    request.http_1_0 = true; /* which has none */
    assert_int_equal(judge(&loopback, &request), 0);
}

static void host_is_compared_by_name_alone(void **state)
{
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        {"localhost", 0},
        {"LOCALHOST:1", 0},
        {"localhost:", 0},
        {"127.0.0.1:8080", 0},
        {"[::1]", 0},
        {"[::1]:8080", 0},
        {"evil.example", 421},
        {"localhost.", 421},
        {"localhost.evil.example", 421},
        {"evil.example:localhost", 400},
        {"xlocalhost", 421},
        {"localhos", 421},
        {"[::2]", 421},
        {"::1", 400},
        {"[::1", 400},
        {"[::1]x", 400},
        {"[]", 400},
        {"", 400},
        {":8080", 400},
        {"localhost:80a", 400},
        {"localhost:123456", 400},
        {"localhost,evil", 400},
        {"user@localhost", 400},
        {"localhost/", 400},
        {"a\"b", 400},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct header header = {"host", rows[i].host};
        assert_int_equal(judge_headers(*state, &header, 1), rows[i].status);
    }
}

static void authority_of_an_absolute_target_replaces_host(void **state)
{
    struct request request = to(*state, "/");
    request.authority = "evil.example";
    assert_int_equal(judge(&loopback, &request), 421);
    const struct header evil = {"Host", "evil.example"};
    request.headers = &evil;
    request.authority = "localhost:8080";
    assert_int_equal(judge(&loopback, &request), 0);
    request.header_count = 0;
    assert_int_equal(judge(&loopback, &request), 400);
}

static void refused_host_is_told_of_the_option(void **state)
{
    const struct header header = {"Host", "Evil.Example:80"};
    struct request request = to(*state, "/");
    request.headers = &header;
    const struct refusal refusal = gate_judge(&loopback, &request);
    assert_string_equal(
        refusal.reason,
        "Host 'Evil.Example' is not served here; add it with --allow-host Evil.Example");
}

static void any_host_opens_all_but_the_locked_prefix(void **state)
{
    static const struct {
        const char *path;
        int status;
    } rows[] = {
        {"/", 0},
        {"/oauth/v2/token", 0},
        {"/_makeshif", 0},
        {"/_makeshift", 421},
        {"/_makeshiftx", 0},
        {"/_makeshift/", 421},
        {"/_makeshift/health", 0},
        {"/_makeshift/health/", 421},
        {"/_makeshift/healthy", 421},
        {"/_makeshift/operations", 421},
        {"/%5fmakeshift/health", 421},
        {"/_makeshift%2Fhealth", 421},
        {"/t/a", 0},
        {"/t/a/oauth/v2/token", 0},
        {"/t/_makeshift", 0},
        {"/t/a/_makeshift", 421},
        {"/t/a/_makeshift/clock", 421},
        {"/t/a/_makeshift/health", 0},
        {"/t/a/_makeshift/health/", 421},
        {"/%74/a/%5fmakeshift/clock", 421},
        {"/t/a%2F_makeshift%2Fclock", 421},
        {"/t//_makeshift/clock", 421},
        {"/t/a/b/_makeshift/clock", 0},
        {"/u/a/_makeshift/clock", 0},
    };
    const struct header evil = {"Host", "evil.example"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request = to(*state, rows[i].path);
        assert_int_equal(judge(&open_wide, &request), 0);
        request.headers = &evil;
        assert_int_equal(judge(&open_wide, &request), rows[i].status);
    }
}

static void header_names_are_tokens(void **state)
{
    static const char *const names[] = {"", "X A", "X-A ", "X\tA", "X(A)", "X@A", "X\x80", "X/A"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct header headers[] = {host, {names[i], "1"}};
        assert_int_equal(judge_headers(*state, headers, 2), 400);
    }
    const struct header odd[] = {host, {"!#$%&'*+-.^_`|~09azAZ", "1"}};
    assert_int_equal(judge_headers(*state, odd, 2), 0);
}

static void header_values_have_no_control_characters(void **state)
{
    static const char *const values[] = {"a\rb",
                                         "a\nb",
                                         "\x01",
                                         "a\x7f",
                                         "\x1b[31m",
                                         "a value that is longer than a word\x02",
                                         "\x1f another that is longer than a word"};
    for (size_t i = 0; i < COUNT(values); i++) {
        const struct header headers[] = {host, {"X-A", values[i]}};
        assert_int_equal(judge_headers(*state, headers, 2), 400);
    }
    const struct header sound[] = {host, {"X-A", "a\tb \xc3\xa9"}, {"X-B", ""}};
    assert_int_equal(judge_headers(*state, sound, 3), 0);
}

/* RFC 9112 6.1 and 6.3 */
static void body_that_could_be_read_in_two_ways_is_refused(void **state)
{
    static const struct {
        struct header first, second;
        int status;
    } rows[] = {
        {{"Content-Length", "3"}, {"Accept", "*"}, 0},
        {{"Transfer-Encoding", "Chunked"}, {"Accept", "*"}, 0},
        {{"Content-Length", "3"}, {"Content-Length", "3"}, 400},
        {{"Content-Length", "3"}, {"content-length", "4"}, 400},
        {{"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}, 400},
        {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}, 501},
        {{"Transfer-Encoding", "gzip"}, {"Accept", "*"}, 501},
        {{"Transfer-Encoding", "gzip, chunked"}, {"Accept", "*"}, 501},
        {{"Transfer-Encoding", "xchunked"}, {"Accept", "*"}, 501},
        {{"Transfer-Encoding", ""}, {"Accept", "*"}, 501},
        {{"Content-Length", "+3"}, {"Accept", "*"}, 400},
        {{"Content-Length", "3,3"}, {"Accept", "*"}, 400},
        {{"Content-Length", ""}, {"Accept", "*"}, 400},
        {{"Content-Length", "65536"}, {"Accept", "*"}, 0},
        {{"Content-Length", "65537"}, {"Accept", "*"}, 413},
        {{"Content-Length", "99999999999999999999"}, {"Accept", "*"}, 413},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct header headers[] = {host, rows[i].first, rows[i].second};
        assert_int_equal(judge_headers(*state, headers, 3), rows[i].status);
    }
    const struct header chunked[] = {host, {"Transfer-Encoding", "chunked"}};
    struct request request = to(*state, "/");
    request.headers = chunked;
    request.header_count = 2;
    request.http_1_0 = true;
    assert_int_equal(judge(&loopback, &request), 400);
}

static bool knows_name(void *context, const char *name, size_t size)
{
    const char *known = context;
    return strlen(known) == size && strncmp(known, name, size) == 0;
}

static void host_that_became_known_is_served_behind_the_lock_too(void **state)
{
    static const struct {
        const char *host, *path;
        int status;
    } rows[] = {
        {"tenant.example:32768", "/", 0},
        {"tenant.example", "/_makeshift/clock", 0},
        {"tenant.example2", "/", 421},
        {"localhost", "/", 0},
    };
    struct gate gate = loopback;
    char known[] = "tenant.example";
    gate.knows_host = knows_name;
    gate.context = known;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct header header = {"Host", rows[i].host};
        struct request request = to(*state, rows[i].path);
        request.headers = &header;
        assert_int_equal(judge(&gate, &request), rows[i].status);
    }
}

static void a_body_may_be_larger_below_the_large_prefix(void **state)
{
    static const struct {
        const char *path, *length;
        int status;
    } rows[] = {
        {"/eu/api/v2/scenarios", "65537", 0},
        {"/eu/api/v2/scenarios", "2097152", 0},
        {"/eu/api/v2/scenarios", "2097153", 413},
        {"/api/v2/scenarios", "65537", 413},
        {"/eu/api/v2", "65537", 413},
        {"/oauth/eu/api/v2/x", "65537", 413},
        {"/t/a/api/v2/scenarios", "2097152", 0},
        {"/t/a/api/v2/scenarios", "2097153", 413},
        {"/t/a/eu/api/v2/scenarios", "65537", 413},
        {"/t/api/v2/scenarios", "65537", 413},
        {"/_makeshift/tenants", "4194304", 0},
        {"/_makeshift/tenants", "4194305", 413},
        {"/t/a/_makeshift/users", "4194304", 0},
        {"/t/a/_makeshift/users", "4194305", 413},
        {"/t/a/token", "65537", 413},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct header headers[] = {host, {"Content-Length", rows[i].length}};
        struct request request = to(*state, rows[i].path);
        request.headers = headers;
        request.header_count = 2;
        assert_int_equal(judge(&loopback, &request), rows[i].status);
    }
}

static char *filled(struct arena *arena, size_t size)
{
    char *text = arena_alloc(arena, size + 1);
    memset(text, 'x', size);
    return text;
}

static void target_of_16_kib_is_the_longest(void **state)
{
    char *path = filled(*state, GATE_TARGET_MAX);
    path[0] = '/';
    struct request request = to(*state, path);
    assert_int_equal(judge(&loopback, &request), 0);
    request.query = "";
    assert_int_equal(judge(&loopback, &request), 414);
}

static void headers_of_32_kib_are_the_largest(void **state)
{
    size_t most = (size_t)32 * 1024 - strlen("Host: localhost:8080\r\n") - strlen("X-A: \r\n");
    struct header headers[] = {host, {"X-A", filled(*state, most)}};
    assert_int_equal(judge_headers(*state, headers, 2), 0);
    headers[1].name = "X-AB";
    assert_int_equal(judge_headers(*state, headers, 2), 431);
}

static void hundred_headers_are_the_most(void **state)
{
    struct header headers[101] = {host};
    for (size_t i = 1; i < COUNT(headers); i++) {
        headers[i] = (struct header){"X-A", "1"};
    }
    assert_int_equal(judge_headers(*state, headers, 100), 0);
    assert_int_equal(judge_headers(*state, headers, 101), 431);
}

static void malformed_request_is_refused_with_the_reason(void **state)
{
    struct request request = to(*state, "/");
    request.malformed = "the \"reason\"";
    const struct refusal refusal = gate_judge(&loopback, &request);
    assert_int_equal(refusal.status, 400);
    assert_string_equal(refusal.reason, request.malformed);
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
        cmocka_unit_test(host_must_come_once),
        cmocka_unit_test(host_is_compared_by_name_alone),
        cmocka_unit_test(authority_of_an_absolute_target_replaces_host),
        cmocka_unit_test(refused_host_is_told_of_the_option),
        cmocka_unit_test(any_host_opens_all_but_the_locked_prefix),
        cmocka_unit_test(header_names_are_tokens),
        cmocka_unit_test(header_values_have_no_control_characters),
        cmocka_unit_test(body_that_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(host_that_became_known_is_served_behind_the_lock_too),
        cmocka_unit_test(a_body_may_be_larger_below_the_large_prefix),
        cmocka_unit_test(target_of_16_kib_is_the_longest),
        cmocka_unit_test(headers_of_32_kib_are_the_largest),
        cmocka_unit_test(hundred_headers_are_the_most),
        cmocka_unit_test(malformed_request_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
