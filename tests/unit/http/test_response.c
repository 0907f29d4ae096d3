#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/http/response.h"

static int open_response(void **state)
{
    struct arena *arena = arena_new();
    struct response *response = arena_alloc(arena, sizeof(*response));
    response->arena = arena;
    *state = response;
    return 0;
}

static int close_response(void **state)
{
    struct response *response = *state;
    arena_free(response->arena);
    return 0;
}

static void headers_are_kept_in_order_and_may_repeat(void **state)
{
    struct response *response = *state;
    response_header(response, "Set-Cookie", "a=1");
    response_header(response, "Set-Cookie", "b=2");
    assert_int_equal(response->header_count, 2);
    assert_string_equal(response->headers[0].value, "a=1");
    assert_string_equal(response->headers[1].value, "b=2");
}

static void headers_are_copies(void **state)
{
    struct response *response = *state;
    char value[] = "before";
    response_header(response, "X-A", value);
    value[0] = 'x';
    assert_string_equal(response_get(response, "x-a"), "before");
}

static void set_replaces_every_header_of_the_name(void **state)
{
    struct response *response = *state;
    response_header(response, "Vary", "Origin");
    response_header(response, "X-A", "1");
    response_header(response, "vary", "Accept");
    response_set(response, "VARY", "Cookie");
    assert_int_equal(response->header_count, 2);
    assert_string_equal(response_get(response, "Vary"), "Cookie");
    assert_string_equal(response_get(response, "X-A"), "1");
    assert_null(response_get(response, "X-B"));
}

static void body_is_copied_unless_static(void **state)
{
    struct response *response = *state;
    char bytes[] = "hello";
    response_body(response, 200, "text/plain", bytes, 5);
    bytes[0] = 'j';
    assert_int_equal(response->status, 200);
    assert_memory_equal(response->body, "hello", 5);

    response_body_static(response, 201, "text/html", bytes, 5);
    assert_int_equal(response->status, 201);
    assert_ptr_equal(response->body, bytes);
    assert_int_equal(response->header_count, 1);
    assert_string_equal(response_get(response, "Content-Type"), "text/html");
}

static void redirect_has_a_location_and_no_body(void **state)
{
    struct response *response = *state;
    response_body(response, 200, "text/plain", "x", 1);
    response_redirect(response, 303, "http://localhost:3000/cb?code=c");
    assert_int_equal(response->status, 303);
    assert_string_equal(response_get(response, "Location"), "http://localhost:3000/cb?code=c");
    assert_int_equal(response->body_size, 0);
}

/* The signal that ended a child which set this header, 0 when it lived. */
static int signal_of(struct response *response, const char *name, const char *value)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        response_header(response, name, value);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void header_that_would_split_the_answer_aborts(void **state)
{
    struct response *response = *state;
    assert_int_equal(signal_of(response, "X-A", "a b: c"), 0);
    assert_int_equal(signal_of(response, "X-A", "a\r\nSet-Cookie: b=c"), SIGABRT);
    assert_int_equal(signal_of(response, "X-A", "a\n"), SIGABRT);
    assert_int_equal(signal_of(response, "X-A", "a\rb"), SIGABRT);
    assert_int_equal(signal_of(response, "X-A\r\n", "a"), SIGABRT);
    assert_int_equal(signal_of(response, "X-A:", "a"), SIGABRT);
    assert_int_equal(signal_of(response, "", "a"), SIGABRT);
}

static void one_header_too_many_aborts(void **state)
{
    struct response *response = *state;
    for (int i = 0; i < RESPONSE_HEADERS_MAX - 1; i++) {
        response_header(response, "X-A", "a");
    }
    assert_int_equal(signal_of(response, "X-A", "a"), 0);
    response_header(response, "X-A", "a");
    assert_int_equal(signal_of(response, "X-A", "a"), SIGABRT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_response, close_response)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headers_are_kept_in_order_and_may_repeat),
        TEST(headers_are_copies),
        TEST(set_replaces_every_header_of_the_name),
        TEST(body_is_copied_unless_static),
        TEST(redirect_has_a_location_and_no_body),
        TEST(header_that_would_split_the_answer_aborts),
        TEST(one_header_too_many_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
