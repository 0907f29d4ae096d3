#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/process/egress.h"

/* Runs `act` in a process of its own; how that ended, as waitpid says it. */
static int in_a_child(int (*act)(void))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        _exit(act());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* 0: it could be asked for; port 9 of this machine, where nobody listens. */
static int call_out(int type)
{
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(9)};
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, type, 0);
    connect(fd, (struct sockaddr *)&nobody, sizeof(nobody));
    return 0;
}

static int call_out_freely(void)
{
    return call_out(SOCK_STREAM);
}

static int call_out_forbidden(void)
{
    return egress_forbid() != 0 ? 77 : call_out(SOCK_STREAM);
}

static int call_out_forbidden_by_datagram(void)
{
    return egress_forbid() != 0 ? 77 : call_out(SOCK_DGRAM);
}

/* As the machine is called, past what the C library makes of the length. */
static int call_out_by_length(long length)
{
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(9)};
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return egress_forbid() != 0 ? 77 : (int)syscall(SYS_connect, fd, &nobody, length);
}

static int call_out_by_no_length(void)
{
    return call_out_by_length(0);
}

static int call_out_by_a_byte_more(void)
{
    return call_out_by_length(3);
}

static int call_out_by_a_long_length(void)
{
    return call_out_by_length((2L << 32) | 16);
}

/* With two bytes no family can be asked for a connection. */
static int call_out_by_the_family_alone(void)
{
    static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
    int refused = 0;
    if (egress_forbid() != 0) {
        return 77;
    }
    for (size_t i = 0; i < 4; i++) {
        const struct sockaddr family = {.sa_family = (sa_family_t)families[i]};
        int fd = socket(families[i], families[i] == AF_NETLINK ? SOCK_RAW : SOCK_STREAM, 0);
        refused += connect(fd, &family, sizeof(family.sa_family)) != 0 && errno == EINVAL ? 1 : 0;
    }
    return refused == 4 ? 0 : 1;
}

/* The other end reads an error, not an end. */
static int reset_a_connection(void)
{
    char byte = 'a';
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t size = sizeof(here);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    bool is_up = bind(listener, (struct sockaddr *)&here, size) == 0 && listen(listener, 1) == 0 &&
                 getsockname(listener, (struct sockaddr *)&here, &size) == 0 &&
                 connect(client, (struct sockaddr *)&here, size) == 0;
    int served = accept(listener, NULL, NULL);
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    bool is_reset = is_up && egress_forbid() == 0 &&
                    connect(served, &nowhere, sizeof(nowhere.sa_family)) == 0 &&
                    recv(client, &byte, 1, 0) == -1 && errno == ECONNRESET;
    return is_reset ? 0 : 1;
}

static int answer_on_a_socket(void)
{
    char byte = 'a';
    int pair[2];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool works = egress_forbid() == 0 && bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0 &&
                 listen(fd, 1) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
                 send(pair[0], &byte, 1, 0) == 1 && recv(pair[1], &byte, 1, 0) == 1;
    return works ? 0 : 1;
}

/* proves: ADM-04 */
static void a_connection_ends_the_process_once_they_are_forbidden(void **state)
{
    (void)state;
    int (*const acts[])(void) = {call_out_forbidden, call_out_forbidden_by_datagram,
                                 call_out_by_no_length, call_out_by_a_byte_more,
                                 call_out_by_a_long_length};
    assert_int_equal(in_a_child(call_out_freely), 0);
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        int status = in_a_child(acts[i]);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSYS);
    }
}

static void being_called_still_works(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(answer_on_a_socket), 0);
}

static void length_of_a_family_alone_resets_and_connects_nothing(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(call_out_by_the_family_alone), 0);
    assert_int_equal(in_a_child(reset_a_connection), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_ends_the_process_once_they_are_forbidden),
        cmocka_unit_test(being_called_still_works),
        cmocka_unit_test(length_of_a_family_alone_resets_and_connects_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
