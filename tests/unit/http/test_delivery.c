/* Answers that are not sent as a whole, or not at once; and what the library refuses by itself. */
#include "steered.h"

#include <netinet/tcp.h>

#include "server/base/attr.h"

static struct steered *steered; /* of the test */

static int start_plain(void **state)
{
    (void)state;
    steered = steered_start(false, 30);
    return 0;
}

static int start_tls(void **state)
{
    (void)state;
    steered = steered_start(true, 30);
    return 0;
}

static int end(void **state)
{
    (void)state;
    steered_free(steered);
    return 0;
}

static struct heard ask(const char *path)
{
    struct client client = client_get(steered, path);
    struct heard heard = client_hear(&client, BODY_SIZE);
    client_leave(&client);
    return heard;
}

static void assert_fate(enum fate fate, int count)
{
    assert_true(BECOMES(steered, closed, count));
    assert_int_equal(steered->fates[fate], count);
    assert_int_equal(steered->answered, count); /* whatever became of it */
    assert_int_equal(steered->closed_at, STAGE_SENT);
}

static void closed_connection_has_not_a_byte_and_ends_in_order(void **state)
{
    (void)state;
    struct heard heard = ask("/close/");
    assert_int_equal(heard.size, 0);
    assert_int_equal(heard.end, 0);
    free(heard.text);
    assert_fate(FATE_DROPPED, 1);
}

static int tcp_state_of(const struct client *client)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    assert_int_equal(getsockopt(client->fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_state;
}

/* Bytes that nobody read would make a reset of it: more than the library has room for. */
static void closed_connection_ends_in_order_whatever_lies_unread(void **state)
{
    (void)state;
    static char more[52000]; /* and less than a window */
    memset(more, 'x', sizeof(more) - 1);
    struct client client = client_of(steered);
    client_say(&client, "GET /after/close/ HTTP/1.1\r\n" HOST "\r\n");
    client_say(&client, more);
    assert_true(BECOMES(steered, held_count, 1));
    steered_release(steered);
    mhd_stop(&steered->mhd, 1, SILENCE_SECONDS); /* then nothing is on its way any more */
    struct heard heard = client_hear(&client, BODY_SIZE);
    assert_int_equal(heard.size, 0);
    assert_int_equal(heard.end, 0);
    assert_int_equal(tcp_state_of(&client), TCP_CLOSE_WAIT); /* TCP_CLOSE: a reset came behind */
    free(heard.text);
    client_leave(&client);
    assert_fate(FATE_DROPPED, 1);
}

static void reset_connection_has_not_a_byte_and_is_reset(void **state)
{
    (void)state;
    struct heard heard = ask("/reset/");
    assert_int_equal(heard.size, 0);
    assert_int_equal(heard.end, -ECONNRESET);
    free(heard.text);
    assert_fate(FATE_RESET, 1);
}

static void cut_answer_has_its_head_and_so_many_bytes(void **state)
{
    (void)state;
    static const size_t cuts[] = {0, 1, 10, 16384, 20000, BODY_SIZE - 1};
    for (int i = 0; i < (int)COUNT(cuts); i++) {
        char path[40];
        snprintf(path, sizeof(path), "/cut/%zu", cuts[i]);
        struct heard heard = ask(path);
        assert_int_equal(status_of(heard.text), 200);
        assert_non_null(strstr(heard.text, "\r\nContent-Length: 40000\r\n"));
        assert_int_equal(heard_body_size(&heard), cuts[i]);
        assert_int_equal(heard.end, 0);
        assert_true(cuts[i] == 0 || heard.text[heard.size - 1] == (char)('0' + (cuts[i] - 1) % 10));
        free(heard.text);
        assert_fate(FATE_CUT, i + 1);
    }
}

static void what_has_no_more_than_the_cut_is_whole(void **state)
{
    (void)state;
    struct heard heard = ask("/cut/40000");
    assert_int_equal(heard_body_size(&heard), BODY_SIZE);
    free(heard.text);
    struct client client = client_of(steered);
    client_say(&client, "HEAD /cut/1 HTTP/1.1\r\n" HOST "\r\n"
                        "GET /cut/none/1 HTTP/1.1\r\n" HOST LAST "\r\n");
    heard = client_hear(&client, BODY_SIZE);
    assert_non_null(strstr(heard.text, "\r\n\r\nHTTP/1.1 302 "));
    free(heard.text);
    client_leave(&client);
    assert_fate(FATE_SENT, 3);
}

static void malformed_answer_is_chunked_and_its_chunk_has_no_size(void **state)
{
    (void)state;
    struct heard heard = ask("/malformed/");
    assert_int_equal(status_of(heard.text), 200);
    assert_non_null(strstr(heard.text, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(heard.text, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_non_null(strstr(heard.text, "\r\nContent-Type: text/plain\r\n"));
    assert_null(strstr(heard.text, "Content-Length"));
    assert_non_null(strstr(heard.text, "\r\n\r\nxyz\r\n0123456789"));
    assert_int_equal(heard.end, 0);
    free(heard.text);
    assert_fate(FATE_CUT, 1);
}

static void dribbled_answer_is_whole_in_the_end(void **state)
{
    (void)state;
    static const char *const paths[] = {"/dribble/1000", "/dribble/17000", "/dribble/100000"};
    static const double least[] = {0.195, 0.010,
                                   0}; /* seconds: pieces behind the first, 5 ms each */
    for (int i = 0; i < 3; i++) {
        double begin = steered_now();
        struct heard heard = ask(paths[i]);
        assert_true(steered_now() - begin >= least[i]);
        assert_int_equal(heard_body_size(&heard), BODY_SIZE);
        for (size_t at = 0; at < BODY_SIZE; at++)
            assert_int_equal(heard.text[heard.size - BODY_SIZE + at], '0' + at % 10);
        free(heard.text);
        assert_fate(FATE_SENT, i + 1);
    }
}

static void piece_that_is_due_has_left_and_not_a_byte_more(void **state)
{
    (void)state;
    struct client client = client_get(steered, "/dribble/long/100");
    struct heard heard = client_hear(&client, 100);
    assert_int_equal(heard_body_size(&heard), 100);
    free(heard.text);
    /* Others come and go meanwhile. */
    for (int i = 0; i < 4; i++) {
        heard = ask("/free");
        assert_int_equal(heard_body_size(&heard), BODY_SIZE);
        free(heard.text);
    }
    assert_true(client_has_heard_nothing(&client));
    assert_true(BECOMES(steered, closed, 4));
    client_leave(&client);
    assert_true(BECOMES(steered, closed, 5));
    assert_int_equal(steered->fates[FATE_GONE], 1);
}

static void stop_sends_the_rest_of_what_dribbles(void **state)
{
    (void)state;
    struct client client = client_get(steered, "/dribble/long/100");
    struct heard heard = client_hear(&client, 100);
    free(heard.text);
    mhd_stop(&steered->mhd, 1, SILENCE_SECONDS);
    heard = client_hear(&client, BODY_SIZE * 2);
    assert_int_equal(heard.size, BODY_SIZE - 100);
    free(heard.text);
    client_leave(&client);
    assert_int_equal(steered->fates[FATE_SENT], 1);
}

static void connection_serves_on_behind_a_dribbled_answer(void **state)
{
    (void)state;
    struct client client = client_of(steered);
    client_say(&client,
               "GET /dribble/9000 HTTP/1.1\r\n" HOST "\r\nGET /free HTTP/1.1\r\n" HOST "\r\n");
    struct heard heard = client_hear(&client, BODY_SIZE * 2);
    assert_true(heard.size > BODY_SIZE * 2);
    free(heard.text);
    client_leave(&client);
    assert_fate(FATE_SENT, 2);
}

static void say_and_forget(const char *text)
{
    struct client client = client_of(steered);
    client_say(&client, text);
    struct heard heard = client_hear(&client, BODY_SIZE);
    assert_true(status_of(heard.text) >= 400);
    free(heard.text);
    client_leave(&client);
}

static void what_the_library_refuses_is_told_with_its_target(void **state)
{
    (void)state;
    static const struct {
        const char *request, *target;
    } rows[] = {
        {"GET /e?f=%41 HTTP/1.1\r\n" HOST "no colon\r\n\r\n", "/e?f=%41"},
        {"POST /f HTTP/1.1\r\n" HOST "Content-Length: x\r\n\r\n", "/f?(none)"},
    };
    for (int i = 0; i < (int)COUNT(rows); i++) {
        say_and_forget(rows[i].request);
        assert_true(BECOMES(steered, malformed, i + 1));
        assert_string_equal(steered->target, rows[i].target);
    }
    char large[60000] = "GET /g HTTP/1.1\r\n" HOST "X: ";
    memset(large + strlen(large), 'x', sizeof(large) - 1 - strlen(large));
    struct client client = client_of(steered);
    client_say(&client, large);
    assert_true(BECOMES(steered, malformed, (int)COUNT(rows) + 1));
    assert_string_equal(steered->target, "/g?(none)");
    client_leave(&client);
    assert_int_equal(steered->opened, 0);
    assert_int_equal(steered->closed, 0);
}

static void line_that_the_library_refuses_is_told_without_a_target(void **state)
{
    (void)state;
    static char large[100000] = "GET /";
    const char *const lines[] = {"GET /a\r\n\r\n", "GET /b?c=d HTTP/2.0\r\n\r\n", large};
    memset(large + strlen(large), 'x', sizeof(large) - 1 - strlen(large));
    for (int i = 0; i < (int)COUNT(lines); i++) {
        struct client client = client_of(steered);
        client_say(&client, lines[i]);
        assert_true(BECOMES(steered, malformed, i + 1));
        assert_string_equal(steered->target, "?(none)");
        client_leave(&client);
    }
    assert_int_equal(steered->opened, 0);
}

static void connection_on_which_nothing_was_asked_is_not_told(void **state)
{
    (void)state;
    struct client client = client_of(steered);
    client_say(&client, "GE");
    client_leave(&client);
    client = client_get(steered, "/free");
    struct heard heard = client_hear(&client, BODY_SIZE);
    free(heard.text);
    client_leave(&client);
    mhd_stop(&steered->mhd, 1, SILENCE_SECONDS);
    assert_int_equal(steered->closed, 1);
    assert_int_equal(steered->malformed, 0);
}

static void broken_chunk_closes_what_was_opened_as_malformed(void **state)
{
    (void)state;
    say_and_forget("POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n");
    say_and_forget("POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nx\r\nab\r\n");
    assert_true(BECOMES(steered, closed, 2));
    assert_int_equal(steered->fates[FATE_MALFORMED], 2);
    assert_int_equal(steered->closed_at, STAGE_JUDGED);
    assert_int_equal(steered->malformed, 0);
    assert_int_equal(steered->answered, 0);
}

static void who_leaves_amid_the_request_is_gone_and_not_malformed(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "POST /a HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nh",
    };
    for (int i = 0; i < (int)COUNT(parts); i++) {
        struct client client = client_of(steered);
        client_say(&client, parts[i]);
        assert_true(BECOMES(steered, opened, i + 1));
        client_leave(&client);
        assert_true(BECOMES(steered, closed, i + 1));
    }
    assert_int_equal(steered->fates[FATE_GONE], 2);
    assert_int_equal(steered->malformed, 0);
}

#define PLAIN(test) cmocka_unit_test_setup_teardown(test, start_plain, end)
#define TLS(test)                                                                                  \
    {                                                                                              \
        .name = #test " (https)", .test_func = test, .setup_func = start_tls, .teardown_func = end \
    }
#define BOTH(test) PLAIN(test), TLS(test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(closed_connection_has_not_a_byte_and_ends_in_order),
        PLAIN(closed_connection_ends_in_order_whatever_lies_unread),
        BOTH(reset_connection_has_not_a_byte_and_is_reset),
        BOTH(cut_answer_has_its_head_and_so_many_bytes),
        BOTH(what_has_no_more_than_the_cut_is_whole),
        BOTH(malformed_answer_is_chunked_and_its_chunk_has_no_size),
        BOTH(dribbled_answer_is_whole_in_the_end),
        PLAIN(piece_that_is_due_has_left_and_not_a_byte_more),
        BOTH(stop_sends_the_rest_of_what_dribbles),
        BOTH(connection_serves_on_behind_a_dribbled_answer),
        BOTH(what_the_library_refuses_is_told_with_its_target),
        PLAIN(line_that_the_library_refuses_is_told_without_a_target),
        BOTH(connection_on_which_nothing_was_asked_is_not_told),
        BOTH(broken_chunk_closes_what_was_opened_as_malformed),
        BOTH(who_leaves_amid_the_request_is_gone_and_not_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
