#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "server/endpoints/tries.h"

static void a_ticket_begins_one_flow_of_its_client(void **state)
{
    struct tries *tries = tries_new();
    (void)state;
    tries_put(tries, "ticket", "web");
    assert_false(tries_has_begun(tries, "ticket", "web"));
    assert_false(tries_begin(tries, "ticket", "spa"));
    assert_false(tries_begin(tries, "another", "web"));
    assert_false(tries_begin(tries, NULL, "web"));
    assert_false(tries_begin(tries, "ticket", NULL));
    assert_true(tries_begin(tries, "ticket", "web"));
    assert_true(tries_has_begun(tries, "ticket", "web"));
    assert_false(tries_has_begun(tries, "ticket", "spa"));
    assert_false(tries_begin(tries, "ticket", "web"));
    tries_free(tries);
}

static void the_oldest_ticket_gives_way(void **state)
{
    struct tries *tries = tries_new();
    char ticket[TRY_TICKET_SIZE];
    (void)state;
    for (int i = 0; i <= TRIES_MAX; i++) {
        (void)snprintf(ticket, sizeof(ticket), "ticket %d", i);
        tries_put(tries, ticket, "web");
    }
    assert_false(tries_begin(tries, "ticket 0", "web"));
    assert_true(tries_begin(tries, "ticket 1", "web"));
    assert_true(tries_begin(tries, ticket, "web"));
    tries_free(tries);
}

static void no_ticket_outlives_a_clearing(void **state)
{
    struct tries *tries = tries_new();
    (void)state;
    tries_put(tries, "fresh", "web");
    tries_put(tries, "begun", "web");
    assert_true(tries_begin(tries, "begun", "web"));
    tries_clear(tries);
    assert_false(tries_begin(tries, "fresh", "web"));
    assert_false(tries_has_begun(tries, "begun", "web"));
    tries_free(tries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_begins_one_flow_of_its_client),
        cmocka_unit_test(the_oldest_ticket_gives_way),
        cmocka_unit_test(no_ticket_outlives_a_clearing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
