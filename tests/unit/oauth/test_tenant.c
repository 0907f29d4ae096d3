#include "tests/unit/oauth/world.h"

static void a_request_sees_one_instant_while_the_clock_goes_on(void **state)
{
    struct world *world = *state;
    struct tenant seen = tenant_still(&world->tenant);
    world->tenant.clock.at = NOW + 100;
    assert_int_equal(tenant_now(&seen), NOW);
    assert_int_equal(tenant_now(&world->tenant), NOW + 100);
}

static void a_clock_that_runs_stands_still_for_a_request(void **state)
{
    struct world *world = *state;
    world->tenant.clock = (struct clock){.offset = 86400};
    struct tenant seen = tenant_still(&world->tenant);
    int64_t ahead = tenant_now(&world->tenant) - tenant_now(&seen);
    assert_true(seen.clock.fixed);
    assert_in_range(ahead, 0, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_request_sees_one_instant_while_the_clock_goes_on),
        WORLD_TEST(a_clock_that_runs_stands_still_for_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
