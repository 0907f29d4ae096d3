#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
    int (*const acts[])(void) = {call_out_forbidden, call_out_forbidden_by_datagram};
    assert_int_equal(in_a_child(call_out_freely), 0);
    for (size_t i = 0; i < 2; i++) {
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_ends_the_process_once_they_are_forbidden),
        cmocka_unit_test(being_called_still_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
