/* An arena in *state for each test. */
#ifndef MAKESHIFT_TESTS_BASE_FIXTURE_H
#define MAKESHIFT_TESTS_BASE_FIXTURE_H

#include "server/base/arena.h"

static int new_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, new_arena, free_arena)

#endif
