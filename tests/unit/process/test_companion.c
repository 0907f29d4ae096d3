#include "server/process/companion.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t start(void)
{
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    return child;
}

static void a_process_that_is_killed_is_gone(void **state)
{
    struct companion companion = COMPANION_NONE;
    pid_t child = start();
    (void)state;
    assert_false(companion_is_gone(&companion));
    assert_int_equal(companion_begin(&companion, child), 0);
    assert_false(companion_is_gone(&companion));
    kill(child, SIGKILL);
    struct pollfd file = {.fd = companion.fd, .events = POLLIN};
    assert_int_equal(poll(&file, 1, 10000), 1);
    assert_true(companion_is_gone(&companion));
    companion_end(&companion);
    waitpid(child, NULL, 0);
    assert_int_equal(companion_begin(&companion, child), 1);
}

static void without_a_descriptor_the_id_tells(void **state)
{
    pid_t child = start();
    struct companion companion = {.pid = child, .fd = -1};
    (void)state;
    assert_false(companion_is_gone(&companion));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(companion_is_gone(&companion));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_is_killed_is_gone),
        cmocka_unit_test(without_a_descriptor_the_id_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
