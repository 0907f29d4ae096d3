#include "server/oauth/membership.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEXT "organization\t1\tOwner\nteam\t1\tTeam admin\nteam\t12\tTeam member\n"

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void a_role_is_found_by_kind_and_number(void **state)
{
    const struct memberships memberships = memberships_read(*state, TEXT);
    assert_int_equal(memberships.count, 3);
    assert_false(memberships.is_admin);
    assert_string_equal(memberships_role(&memberships, MEMBERSHIP_ORGANIZATION, 1), "Owner");
    assert_string_equal(memberships_role(&memberships, MEMBERSHIP_TEAM, 1), "Team admin");
    assert_string_equal(memberships_role(&memberships, MEMBERSHIP_TEAM, 12), "Team member");
    assert_null(memberships_role(&memberships, MEMBERSHIP_TEAM, 2));
    assert_null(memberships_role(&memberships, MEMBERSHIP_ORGANIZATION, 12));
}

static void what_is_written_is_what_was_read(void **state)
{
    const struct memberships memberships = memberships_read(*state, TEXT "admin\n");
    assert_true(memberships.is_admin);
    assert_string_equal(memberships_text(*state, &memberships), TEXT "admin\n");
}

static void a_line_that_is_none_is_passed_over(void **state)
{
    const struct memberships memberships =
        memberships_read(*state, "{}\nteam\t0\tX\nteam\tx\tY\nteam\t3\n\nteam\t4\tTeam admin\n");
    assert_int_equal(memberships.count, 1);
    assert_int_equal(memberships.list[0].id, 4);
}

static void a_new_role_takes_the_place_of_the_old_one(void **state)
{
    const struct membership changed = {MEMBERSHIP_TEAM, 1, "Team monitoring"};
    assert_string_equal(memberships_with(*state, TEXT "admin\n", &changed),
                        "organization\t1\tOwner\nteam\t12\tTeam member\n"
                        "team\t1\tTeam monitoring\nadmin\n");
}

static void a_role_is_taken_away(void **state)
{
    const struct membership gone = {MEMBERSHIP_TEAM, 12, NULL};
    assert_string_equal(memberships_with(*state, TEXT, &gone),
                        "organization\t1\tOwner\nteam\t1\tTeam admin\n");
}

#define ARENA(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA(a_role_is_found_by_kind_and_number),
        ARENA(what_is_written_is_what_was_read),
        ARENA(a_line_that_is_none_is_passed_over),
        ARENA(a_new_role_takes_the_place_of_the_old_one),
        ARENA(a_role_is_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
