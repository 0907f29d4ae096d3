/* Roles and permissions as Make's API lists them: those of the table. */
#include "tests/unit/endpoints/role_table.h"

static bool has_text(const json_t *list, const char *text)
{
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each)
    {
        if (str_equal(json_string_value(each), text)) {
            return true;
        }
    }
    return false;
}

/* It has the permissions that the table gives it, and no others. */
static void has_its_permissions(struct api *api, json_t *role)
{
    struct role_table table = role_table(api->arena);
    const json_t *permissions = json_object_get(role, "permissions");
    size_t expected = 0;
    while (next_row(&table)) {
        if (str_equal(table.kind, text_of(role, "category")) &&
            has_role(table.roles, text_of(role, "name"))) {
            expected++;
            assert_true(has_text(permissions, table.permission));
        }
    }
    assert_true(expected > 0);
    assert_int_equal(json_array_size(permissions), expected);
}

static void the_roles_are_those_of_the_table(void **state)
{
    struct api *api = *state;
    json_t *listed = json_object_get(api_ok(api, OWNER, "GET /users/roles", NULL), "usersRoles");
    size_t index;
    json_t *role;
    json_array_foreach(listed, index, role)
    {
        const char *id = json_word(api->arena, json_object_get(role, "id"));
        const char *call = arena_printf(api->arena, "GET /users/roles/%s", id);
        has_its_permissions(api, role);
        assert_true(json_equal(json_object_get(api_ok(api, OWNER, call, NULL), "usersRole"), role));
    }
}

static void each_role_of_the_table_is_listed(void **state)
{
    struct api *api = *state;
    struct role_table table = role_table(api->arena);
    const json_t *listed =
        json_object_get(api_ok(api, OWNER, "GET /users/roles", NULL), "usersRoles");
    while (next_row(&table)) {
        char *rest = arena_strdup(api->arena, table.roles);
        for (char *role = strsep(&rest, ","); role != NULL; role = strsep(&rest, ",")) {
            role += strspn(role, " ");
            const json_t *found = json_at_one(listed, arena_printf(api->arena, "name=%s", role));
            assert_string_equal(text_of(found, "category"), table.kind);
        }
    }
}

static void five_roles_are_of_an_organization_and_five_of_a_team(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles?category=team", .at = "/usersRoles/*/category",
         .is = "['team','team','team','team','team']"},
        {"GET /users/roles?category=organization", .at = "/usersRoles/*/category",
         .is = "['organization','organization','organization','organization','organization']"},
    };
    RUN(state, steps);
}

static size_t count_of(const json_t *listed, const char *kind, const char *permission)
{
    size_t found = 0;
    size_t index;
    json_t *row;
    json_array_foreach(listed, index, row)
    {
        bool is_it = str_equal(text_of(row, "name"), permission) &&
                     str_equal(text_of(row, "category"), kind);
        found += is_it ? 1 : 0;
    }
    return found;
}

static void the_permissions_are_those_of_the_table(void **state)
{
    struct api *api = *state;
    struct role_table table = role_table(api->arena);
    const json_t *listed = json_object_get(api_ok(api, OWNER, "GET /users/roles/permissions", NULL),
                                           "usersRolesPermissions");
    size_t expected = 0;
    for (; next_row(&table); expected++) {
        assert_int_equal(count_of(listed, table.kind, table.permission), 1);
    }
    assert_true(expected > 50);
    assert_int_equal(json_array_size(listed), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_roles_are_those_of_the_table),
        TEST(each_role_of_the_table_is_listed),
        TEST(five_roles_are_of_an_organization_and_five_of_a_team),
        TEST(the_permissions_are_those_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
