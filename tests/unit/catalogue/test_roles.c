#include "server/catalogue/roles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = roles_new();
    return *state == NULL;
}

static int teardown(void **state)
{
    roles_free(*state);
    return 0;
}

static void a_role_may_what_its_row_says_and_nothing_else(void **state)
{
    const struct roles *roles = *state;
    assert_true(roles_allow(roles, "team", "scenario edit", "Team member"));
    assert_true(roles_allow(roles, "team", "scenario edit", "Team restricted member"));
    assert_false(roles_allow(roles, "team", "scenario edit", "Team operator"));
    assert_false(roles_allow(roles, "team", "scenario edit", "Team monitoring"));
    assert_true(roles_allow(roles, "organization", "access all teams", "Owner"));
    assert_false(roles_allow(roles, "organization", "access all teams", "Admin"));
}

/* "Team member" ends "Team restricted member": names are compared whole. */
static void a_part_of_a_roles_name_is_no_role(void **state)
{
    const struct roles *roles = *state;
    assert_false(roles_allow(roles, "team", "scenario edit", "member"));
    assert_false(roles_allow(roles, "team", "scenario edit", "Team"));
    assert_false(roles_allow(roles, "team", "scenario edit", ""));
    assert_false(roles_allow(roles, "organization", "organization view", "Own"));
}

static void a_permission_counts_in_its_own_category(void **state)
{
    const struct roles *roles = *state;
    assert_false(roles_allow(roles, "organization", "scenario edit", "Team member"));
    assert_false(roles_allow(roles, "team", "organization view", "Owner"));
    assert_false(roles_allow(roles, "team", "scenario", "Team member"));
}

static void the_ten_built_in_roles_are_each_there_once(void **state)
{
    static const char *const names[] = {
        "Owner",      "Admin",       "App developer",          "Member",        "Accountant",
        "Team admin", "Team member", "Team restricted member", "Team operator", "Team monitoring"};
    size_t count;
    const struct role_row *rows = roles_list(*state, &count);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++) {
        size_t found = 0;
        for (size_t j = 0; j < count; j++) {
            found += __builtin_strcmp(rows[j].name, names[i]) == 0;
        }
        assert_int_equal(found, 1);
        assert_string_equal(rows[i].kind, i < 5 ? "organization" : "team");
    }
}

#define ROLES(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROLES(a_role_may_what_its_row_says_and_nothing_else),
        ROLES(a_part_of_a_roles_name_is_no_role),
        ROLES(a_permission_counts_in_its_own_category),
        ROLES(the_ten_built_in_roles_are_each_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
