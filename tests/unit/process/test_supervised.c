#include "server/process/supervised.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static bool with(const char *variable)
{
    char path[] = "PATH=/bin", text[64];
    snprintf(text, sizeof(text), "%s", variable);
    char *const environment[] = {path, text, NULL};
    return supervised(environment);
}

static void a_service_is_told_its_own_process_id(void **state)
{
    char own[64], parent[64];
    (void)state;
    snprintf(own, sizeof(own), "SYSTEMD_EXEC_PID=%d", (int)getpid());
    snprintf(parent, sizeof(parent), "SYSTEMD_EXEC_PID=%d", (int)getppid());
    assert_true(with(own));
    assert_false(with(parent));
    assert_false(with("SYSTEMD_EXEC_PID="));
    assert_false(with("SYSTEMD_EXEC_PID=x"));
    assert_false(with("INVOCATION_ID=1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_is_told_its_own_process_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
