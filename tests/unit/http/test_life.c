/* The life of the server and of its connections: binding, deadlines, the way out. */
#include "server.h"

#include <pthread.h>
#include <time.h>

#define HOST "Host: localhost\r\n"

static const char whole[] = "GET /whole HTTP/1.1\r\n" HOST "\r\n";

static bool has_ipv6(void)
{
    const struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool works = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return works;
}

static void localhost_is_both_loopback_addresses_at_one_port(void **state)
{
    (void)state;
    struct server *server = server_start(0, 0);
    assert_true(server->port != 0);
    assert_true(mhd_is_loopback(server->mhd));
    close(client_connect(server));
    int fd = client_connect_v6(server->port);
    assert_int_equal(fd >= 0, has_ipv6());
    close(fd);
    server_free(server);
}

static int bound(const char *host, uint16_t port, struct mhd **mhd)
{
    const struct mhd_options options = {.host = host, .port = port};
    uint16_t got = 0;
    *mhd = NULL;
    return mhd_bind(&options, mhd, &got);
}

static void port_in_use_is_told_apart_from_a_foreign_address(void **state)
{
    (void)state;
    struct server *server = server_start(0, 0);
    struct mhd *mhd = NULL;
    assert_int_equal(bound("localhost", server->port, &mhd), MHD_PORT_TAKEN);
    assert_int_equal(bound("127.0.0.1", server->port, &mhd), MHD_PORT_TAKEN);
    assert_int_equal(bound("192.0.2.1", 0, &mhd), MHD_BAD_HOST); /* RFC 5737: nobody's */
    assert_int_equal(bound("not an address", 0, &mhd), MHD_BAD_HOST);
    assert_null(mhd);
    server_free(server);
}

static void address_beyond_loopback_is_known_as_such(void **state)
{
    (void)state;
    struct mhd *mhd = NULL;
    assert_int_equal(bound("0.0.0.0", 0, &mhd), MHD_LISTENING);
    assert_false(mhd_is_loopback(mhd));
    mhd_free(mhd);
    assert_int_equal(bound("127.0.0.2", 0, &mhd), MHD_LISTENING);
    assert_true(mhd_is_loopback(mhd));
    mhd_free(mhd);
    mhd_free(NULL);
}

static void port_is_free_again_at_once_after_a_stop(void **state)
{
    (void)state;
    struct server *server = server_start(0, 0);
    uint16_t port = server->port;
    int fd = client_connect(server);
    client_send(fd, whole, strlen(whole));
    free(client_read(fd, "GET /whole"));
    mhd_stop(&server->mhd, 1, 1); /* closes first, which leaves the connection in TIME_WAIT */
    struct mhd *mhd = NULL;
    assert_int_equal(bound("localhost", port, &mhd), MHD_LISTENING);
    mhd_free(mhd);
    close(fd);
    server_free(server);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Sends a byte each tenth of a second until the server closes; how long that took. */
static double trickle(const struct server *server, const char *head, char byte)
{
    int fd = client_connect(server);
    double begin = seconds_now();
    client_send(fd, head, strlen(head));
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    while (poll(&poll_fd, 1, 100) == 0 && seconds_now() - begin < SILENCE_SECONDS) {
        client_send(fd, &byte, 1);
    }
    close(fd);
    return seconds_now() - begin;
}

static void trickled_request_is_cut_at_its_total_deadline(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "GE",
        "GET / HTTP/1.1\r\n" HOST "X-A: ",
        "POST / HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n",
    };
    struct server *server = server_start(1, 1);
    for (size_t i = 0; i < 3; i++) {
        double seconds = trickle(server, heads[i], 'G');
        assert_true(seconds > 0.9 && seconds < 5);
    }
    server_free(server);
}

static void slow_handler_outlives_the_deadlines(void **state)
{
    (void)state;
    static const char request[] = "GET /wait HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
    struct server *server = server_start(1, 1);
    int slow = client_connect(server);
    client_send(slow, request, strlen(request));
    /* By the time this one is cut, the deadlines of the other have passed as well. */
    trickle(server, "GE", 'T');
    trickle(server, "GE", 'T');
    char byte = 'x';
    assert_int_equal(write(server->release[1], &byte, 1), 1);
    char *answer = client_read(slow, NULL);
    assert_int_equal(status_of(answer), 200);
    free(answer);
    close(slow);
    server_free(server);
}

static void a_whole_request_is_answered_however_long_it_waits_its_turn(void **state)
{
    (void)state;
    enum { WAITING = 60 };
    int waiting[WAITING];
    char byte = 'x';
    static const char request[] = "GET /wait HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
    struct server *server = server_start_with(1, 1, 1);
    for (int i = 0; i < WAITING; i++) {
        waiting[i] = client_connect(server);
    }
    int slow = client_connect(server);
    client_send(slow, request, strlen(request));
    /* Connections are accepted in order: the one thread has all of them now, and is busy. */
    assert_int_equal(read(server->entered[0], &byte, 1), 1);
    for (int i = 0; i < WAITING; i++) {
        client_send(waiting[i], whole, strlen(whole));
    }
    /* Several deadlines go by, and none of those who wait is cut off. */
    struct pollfd first = {.fd = waiting[0], .events = POLLIN};
    assert_int_equal(poll(&first, 1, 3500), 0);
    assert_int_equal(write(server->release[1], &byte, 1), 1);
    for (int i = 0; i < WAITING; i++) {
        char *answer = client_read(waiting[i], "GET /whole");
        assert_int_equal(status_of(answer), 200);
        free(answer);
        close(waiting[i]);
    }
    char *answer = client_read(slow, NULL);
    assert_int_equal(status_of(answer), 200);
    free(answer);
    close(slow);
    server_free(server);
}

/* Asks with so many connections at once, while the one thread is busy. */
static void ask_at_once(struct server *server, int *waiting, size_t count)
{
    char byte = 'x';
    static const char request[] = "GET /wait HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
    for (size_t i = 0; i < count; i++) {
        waiting[i] = client_connect(server);
    }
    int slow = client_connect(server);
    client_send(slow, request, strlen(request));
    assert_int_equal(read(server->entered[0], &byte, 1), 1);
    for (size_t i = 0; i < count; i++) {
        client_send(waiting[i], whole, strlen(whole));
    }
    assert_int_equal(write(server->release[1], &byte, 1), 1);
    free(client_read(slow, NULL));
    close(slow);
}

/* The library asks the kernel for 128 events at a time, and again when it got as many. */
static void as_many_requests_at_once_as_the_library_fetches_are_all_answered(void **state)
{
    (void)state;
    enum { FEWEST = 126, MOST = 130 };
    int waiting[MOST];
    for (size_t count = FEWEST; count <= MOST; count++) {
        struct server *server = server_start_with(0, 0, 1);
        ask_at_once(server, waiting, count);
        for (size_t i = 0; i < count; i++) {
            char *answer = client_read(waiting[i], "GET /whole");
            assert_int_equal(status_of(answer), 200);
            free(answer);
            close(waiting[i]);
        }
        server_free(server);
    }
}

static void idle_connections_do_not_stop_new_ones(void **state)
{
    (void)state;
    enum { IDLE = 300 };
    int idle[IDLE];
    struct server *server = server_start(0, 0);
    for (int i = 0; i < IDLE; i++) {
        idle[i] = client_connect(server);
    }
    int fd = client_connect(server);
    client_send(fd, whole, strlen(whole));
    char *answer = client_read(fd, "GET /whole");
    assert_int_equal(status_of(answer), 200);
    free(answer);
    close(fd);
    for (int i = 0; i < IDLE; i++) {
        close(idle[i]);
    }
    server_free(server);
}

static void *stop_it(void *context)
{
    struct server *server = context;
    mhd_stop(&server->mhd, 1, SILENCE_SECONDS);
    return NULL;
}

/* Asks on one connection until the answer says the server is about to end. */
static void await_the_end(int fd)
{
    bool ends = false;
    while (!ends) {
        client_send(fd, whole, strlen(whole));
        char *answer = client_read(fd, "GET /whole");
        assert_int_equal(status_of(answer), 200);
        ends = strstr(answer, "Connection: close\r\n") != NULL;
        free(answer);
    }
}

static void request_in_flight_is_answered_before_the_end(void **state)
{
    (void)state;
    static const char request[] = "GET /wait HTTP/1.1\r\n" HOST "\r\n";
    struct server *server = server_start(0, 0);
    int slow = client_connect(server), other = client_connect_v6(server->port);
    if (other < 0) {
        skip(); /* the other must be on another thread than the slow one */
    }
    /* An answer says that the connection was accepted: what still waits in the kernel when the
     * server begins to end is never looked at. */
    client_send(other, whole, strlen(whole));
    free(client_read(other, "GET /whole"));
    client_send(slow, request, strlen(request));
    char byte;
    assert_int_equal(read(server->entered[0], &byte, 1), 1);

    pthread_t stopping;
    assert_int_equal(pthread_create(&stopping, NULL, stop_it, server), 0);
    await_the_end(other);
    assert_int_equal(write(server->release[1], &byte, 1), 1);
    char *answer = client_read(slow, NULL);
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "Connection: close\r\n"));
    assert_non_null(strstr(answer, "GET /wait ?(none)"));
    pthread_join(stopping, NULL);
    free(answer);
    close(slow);
    close(other);
    server_free(server);
}

static void stop_does_not_wait_for_idle_connections_or_half_sent_headers(void **state)
{
    (void)state;
    struct server *server = server_start(0, 0);
    int idle = client_connect(server), half = client_connect(server);
    client_send(half, whole, 20);
    client_send(idle, whole, strlen(whole));
    free(client_read(idle, "GET /whole"));
    double begin = seconds_now();
    mhd_stop(&server->mhd, 1, SILENCE_SECONDS);
    assert_true(seconds_now() - begin < SILENCE_SECONDS / 2.0);
    close(idle);
    close(half);
    server_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(localhost_is_both_loopback_addresses_at_one_port),
        cmocka_unit_test(port_in_use_is_told_apart_from_a_foreign_address),
        cmocka_unit_test(address_beyond_loopback_is_known_as_such),
        cmocka_unit_test(port_is_free_again_at_once_after_a_stop),
        cmocka_unit_test(trickled_request_is_cut_at_its_total_deadline),
        cmocka_unit_test(slow_handler_outlives_the_deadlines),
        cmocka_unit_test(a_whole_request_is_answered_however_long_it_waits_its_turn),
        cmocka_unit_test(as_many_requests_at_once_as_the_library_fetches_are_all_answered),
        cmocka_unit_test(idle_connections_do_not_stop_new_ones),
        cmocka_unit_test(request_in_flight_is_answered_before_the_end),
        cmocka_unit_test(stop_does_not_wait_for_idle_connections_or_half_sent_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
