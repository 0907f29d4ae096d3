#include "server.h"

#include <microhttpd.h>

#include "server/base/attr.h"

/* What libmicrohttpd 1.0 does not show us: it closes without an answer where the target has a NUL
 * byte, and knows one answer to a transfer coding that it does not know. */
#define MHD_IS_1 (MHD_VERSION >= 0x01000000)

#define HOST "Host: localhost\r\n"
#define LAST "Connection: close\r\n"

static int start(void **state)
{
    *state = server_start(0, 0);
    return 0;
}

static int stop(void **state)
{
    server_free(*state);
    return 0;
}

static void assert_answer_ends(const struct server *server, const char *request, size_t size,
                               const char *end)
{
    char *answer = client_ask(server, request, size);
    assert_int_equal(status_of(answer), 200);
    assert_true(strlen(answer) > strlen(end));
    assert_string_equal(answer + strlen(answer) - strlen(end), end);
    free(answer);
}

static void handler_sees_the_request_as_sent(void **state)
{
    static const struct {
        const char *request, *seen;
    } rows[] = {
        {"GET / HTTP/1.1\r\n" HOST LAST "\r\n", "GET / ?(none) 0:(none)"},
        {"GET /a/..%2f%41?b=%00&c HTTP/1.1\r\n" HOST LAST "\r\n",
         "GET /a/..%2f%41 ?b=%00&c 0:(none)"},
        {"get /? HTTP/1.1\r\n" HOST LAST "\r\n", "other / ? 0:(none)"},
        {"GET / HTTP/1.7\r\n" HOST LAST "\r\n", "GET / ?(none) 0:(none)"},
        {"GET / HTTP/1.0\r\n\r\n", "GET / ?(none) 0:(none)"},
        {"GET http://localhost:1/a?b HTTP/1.1\r\nHost: evil\r\n" LAST "\r\n", "GET /a ?b 0:(none)"},
        {"\r\nGET / HTTP/1.1\r\nHost:localhost \t\r\nX-A:\r\n" LAST "\r\n",
         "GET / ?(none) 0:(none)"},
        {"POST / HTTP/1.1\r\n" HOST LAST "Content-Length: 5\r\n\r\nhello",
         "POST / ?(none) 5:hello"},
        {"POST / HTTP/1.1\r\n" HOST LAST "Transfer-Encoding: chunked\r\n\r\n"
         "2\r\nhe\r\n3\r\nllo\r\n0\r\nX-T: 1\r\n\r\n",
         "POST / ?(none) 5:hello"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_answer_ends(*state, rows[i].request, strlen(rows[i].request), rows[i].seen);
    }
}

/* RFC 9112 7.1.1: a recipient passes over chunk extensions that it does not know. */
static void chunk_extensions_are_passed_over(void **state)
{
    static const char request[] =
        "POST / HTTP/1.1\r\n" HOST LAST "Transfer-Encoding: chunked\r\n\r\n"
        "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n";
    if (MHD_IS_1 && MHD_VERSION < 0x01000200) {
        print_message("skip %s: libmicrohttpd %s takes the LF behind an extension for the chunk's "
                      "first byte\n",
                      __func__, MHD_get_version());
        skip();
    }
    assert_answer_ends(*state, request, strlen(request), "POST / ?(none) 5:hello");
}

static void request_may_come_byte_by_byte(void **state)
{
    static const char request[] =
        "POST /a?b HTTP/1.1\r\n" HOST LAST "Content-Length: 5\r\n\r\nhello";
    int fd = client_connect(*state);
    for (size_t i = 0; i < strlen(request); i++) {
        client_send(fd, request + i, 1);
    }
    char *answer = client_read(fd, NULL);
    assert_non_null(strstr(answer, "POST /a ?b 5:hello"));
    free(answer);
    close(fd);
}

#define ROW(text, status)                                                                          \
    {                                                                                              \
        text, sizeof(text) - 1, status                                                             \
    }

/* The lists that a proxy in between could read as something else. */
static void what_is_no_request_is_refused_and_the_connection_closed(void **state)
{
    static const struct {
        const char *request;
        size_t size;
        int status;
    } rows[] = {
        ROW("GET / HTTP/1.1\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400),
        ROW("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        ROW("GET http://evil.example/ HTTP/1.1\r\n" HOST "\r\n", 421),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A : 1\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X(A): 1\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST ": 1\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST ":\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n: 1\r\n" HOST "\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A: 1\0b\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A: 1\0\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\nHost: localhost\0b\r\nX-A: 1\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A: 1\rb\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A: 1\r\n b\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A: 1\r\n\tb\r\nX-B: 2\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "X-A:\r\n b\r\n\r\n", 400),
        ROW("GET / HTTP/1.1\n" HOST "\r\n", 400),
        ROW("GET / HTTP/1.1\r\nHost: localhost\n\r\n", 400),
        ROW("GET / HTTP/1.1\r\n" HOST "\n", 400),
        ROW("GET /a\0b HTTP/1.1\r\n" HOST "\r\n", MHD_IS_1 ? 0 : 400),
        ROW("GET /?a\0 HTTP/1.1\r\n" HOST "\r\n", MHD_IS_1 ? 0 : 400),
        ROW("GET /a b HTTP/1.1\r\n" HOST "\r\n", 400),
        ROW("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", 400),
        ROW("GET /\x01 HTTP/1.1\r\n" HOST "\r\n", 400),
        ROW("GET /\r\n\r\n", 400),
        ROW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\na", 400),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\na", 400),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\n\r\n",
            400),
        ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\na", MHD_IS_1 ? 400 : 501),
        ROW("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n", 413),
        ROW("POST / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n",
            413),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *answer = client_ask(*state, rows[i].request, rows[i].size);
        if (status_of(answer) != rows[i].status) {
            fail_msg("%s -> %.20s", rows[i].request, answer);
        }
        assert_true(rows[i].status == 0 || strstr(answer, "Connection: close\r\n") != NULL);
        free(answer);
    }
}

static void refusals_are_answered_by_who_answers_all_else(void **state)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    char *answer = client_ask(*state, request, strlen(request));
    const char *end = "\r\n\r\nHost 'evil.example' is not served here; "
                      "add it with --allow-host evil.example";
    assert_string_equal(answer + strlen(answer) - strlen(end), end);
    free(answer);
}

static char *with_filling(const char *before, size_t count, const char *after)
{
    char *text = calloc(1, strlen(before) + count + strlen(after) + 1);
    memcpy(text, before, strlen(before));
    memset(text + strlen(before), 'x', count);
    memcpy(text + strlen(before) + count, after, strlen(after));
    return text;
}

static void sizes_are_served_up_to_their_limit(void **state)
{
    static const struct {
        const char *before;
        size_t filling;
        const char *after;
        int status;
    } rows[] = {
        {"GET /", 8192, " HTTP/1.1\r\n" HOST LAST "\r\n", 200},
        {"GET /?", 16382, " HTTP/1.1\r\n" HOST LAST "\r\n", 200},
        {"GET /?", 16383, " HTTP/1.1\r\n" HOST LAST "\r\n", 414},
        {"GET /?", 100000, " HTTP/1.1\r\n" HOST LAST "\r\n", 414},
        {"GET / HTTP/1.1\r\n" HOST LAST "X: ", 32000, "\r\n\r\n", 200},
        {"GET / HTTP/1.1\r\n" HOST LAST "X: ", 40960, "\r\n\r\n", 431},
        {"GET / HTTP/1.1\r\n" HOST LAST "X: ", 100000, "\r\n\r\n", 431},
        {"POST / HTTP/1.1\r\n" HOST LAST "Content-Length: 65536\r\n\r\n", 65536, "", 200},
        {"POST / HTTP/1.1\r\n" HOST LAST "Content-Length: 65537\r\n\r\n", 65537, "", 413},
        {"POST / HTTP/1.1\r\n" HOST LAST "Transfer-Encoding: chunked\r\n\r\n10000\r\n", 65536,
         "\r\n0\r\n\r\n", 200},
        {"POST / HTTP/1.1\r\n" HOST LAST "Transfer-Encoding: chunked\r\n\r\n10001\r\n", 65537,
         "\r\n0\r\n\r\n", 413},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *request = with_filling(rows[i].before, rows[i].filling, rows[i].after);
        char *answer = client_ask(*state, request, strlen(request));
        assert_int_equal(status_of(answer), rows[i].status);
        free(answer);
        free(request);
    }
}

static void query_of_many_empty_parameters_is_served(void **state)
{
    char *request = with_filling("GET /?", 8192, " HTTP/1.1\r\n" HOST LAST "\r\n");
    memset(strchr(request, 'x'), '&', 8192);
    char *answer = client_ask(*state, request, strlen(request));
    assert_int_equal(status_of(answer), 200);
    free(answer);
    free(request);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    static const char requests[] = "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                   "POST /2 HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"
                                   "GET /3 HTTP/1.1\r\n" HOST LAST "\r\n";
    char *answers = client_ask(*state, requests, strlen(requests));
    const char *first = strstr(answers, "GET /1 ?(none) 0:(none)");
    const char *second = strstr(answers, "POST /2 ?(none) 2:hi");
    const char *third = strstr(answers, "GET /3 ?(none) 0:(none)");
    assert_true(first != NULL && second != NULL && third != NULL);
    assert_true(first < second && second < third);
    free(answers);
}

static void nothing_behind_a_refused_request_is_answered(void **state)
{
    static const char requests[] = "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                   "POST /2 HTTP/1.1\r\n" HOST HOST "Content-Length: 2\r\n\r\nhi"
                                   "GET /3 HTTP/1.1\r\n" HOST LAST "\r\n";
    char *answers = client_ask(*state, requests, strlen(requests));
    assert_non_null(strstr(answers, "GET /1 "));
    assert_non_null(strstr(answers, "HTTP/1.1 400 "));
    assert_null(strstr(answers, "/3 "));
    free(answers);
}

static void head_has_the_length_and_no_body(void **state)
{
    static const char request[] = "HEAD /abc HTTP/1.1\r\n" HOST LAST "\r\n";
    char *answer = client_ask(*state, request, strlen(request));
    assert_non_null(strstr(answer, "\r\nContent-Length: 26\r\n")); /* HEAD /abc ?(none) 0:(none) */
    const char *end = "\r\n\r\n";
    assert_string_equal(answer + strlen(answer) - strlen(end), end);
    free(answer);
}

static void request_no_handler_answers_is_a_server_error(void **state)
{
    static const char request[] = "GET /none HTTP/1.1\r\n" HOST "\r\n";
    char *answer = client_ask(*state, request, strlen(request));
    assert_int_equal(status_of(answer), 500);
    assert_non_null(strstr(answer, "\r\n\r\n{\"error\":\"server_error\"}"));
    free(answer);
}

/* RFC 9110 10.1.1 */
static void client_that_waits_for_100_is_told_to_go_on(void **state)
{
    static const char head[] =
        "POST / HTTP/1.1\r\n" HOST LAST "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    int fd = client_connect(*state);
    client_send(fd, head, strlen(head));
    char *interim = client_read(fd, "\r\n\r\n");
    assert_string_equal(interim, "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(fd, "hello", 5);
    char *answer = client_read(fd, NULL);
    assert_non_null(strstr(answer, "5:hello"));
    free(answer);
    free(interim);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handler_sees_the_request_as_sent),
        cmocka_unit_test(chunk_extensions_are_passed_over),
        cmocka_unit_test(request_may_come_byte_by_byte),
        cmocka_unit_test(what_is_no_request_is_refused_and_the_connection_closed),
        cmocka_unit_test(refusals_are_answered_by_who_answers_all_else),
        cmocka_unit_test(sizes_are_served_up_to_their_limit),
        cmocka_unit_test(query_of_many_empty_parameters_is_served),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(nothing_behind_a_refused_request_is_answered),
        cmocka_unit_test(head_has_the_length_and_no_body),
        cmocka_unit_test(request_no_handler_answers_is_a_server_error),
        cmocka_unit_test(client_that_waits_for_100_is_told_to_go_on),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
