/* Every operation that needs a role: what the role that is had lets through, and what it does not.
 */
#include "tests/unit/endpoints/guarded.h"
#include "tests/unit/endpoints/role_table.h"

/* -- each of Make's roles -----------------------------------------------------------------------
 */

/* What the table says of somebody who has this role in organization 1, or in team 1 of it, and no
 * other. */
static bool may(const struct role_row *role, const struct operation *operation)
{
    const char *permission = strchr(operation->permission, ':') + 1;
    const char *wanted = str_starts(operation->permission, "team:") ? "team" : "organization";
    if (str_equal(role->kind, wanted)) {
        return table_allows(wanted, permission, role->name);
    }
    return str_equal(role->kind, "organization") &&
           table_allows("organization", "access all teams", role->name) &&
           table_allows(wanted, permission, "Team admin");
}

static void must_be_allowed(struct api *api, const struct operation *operation, const char *what,
                            const struct api_answer *answer)
{
    const char *permission =
        arena_printf(api->arena, "'%s'", strchr(operation->permission, ':') + 1);
    const char *shown = api_shown(api, answer);
    if (answer->status == 403 && strstr(shown, permission) != NULL) {
        fail_msg("%s: %s", what, shown);
    }
    if (str_equal(operation->method, "GET") && answer->status != 200) {
        fail_msg("%s: %s", what, shown);
    }
}

static void must_be_refused(struct api *api, const struct operation *operation, const char *what,
                            const struct api_answer *answer, bool is_of_team)
{
    const char *says =
        arena_printf(api->arena, "must allow '%s'", strchr(operation->permission, ':') + 1);
    const char *detail = text_of(answer->json, "detail");
    bool is_hidden = is_of_team && str_starts(operation->permission, "organization:") &&
                     !names_nothing(operation);
    int missing = status_of_missing(operation);
    bool is_so = (answer->status == 403 || is_hidden || is_not_there(operation)) &&
                 (answer->status == missing || strstr(detail, says) != NULL) &&
                 (answer->status == 403 || is_not_there(operation) ||
                  api_matches("^there is no .+ '.+' that you can see$", detail));
    if (!is_so) {
        fail_msg("%s: %s", what, api_shown(api, answer));
    }
}

/* What goes comes last: GET before DELETE, and a transfer of the organization at the end. */
static size_t turn_of(const struct operation *operation)
{
    static const char *const methods[] = {"GET", "PATCH", "PUT", "POST", "DELETE"};
    size_t turn = 0;
    while (!str_equal(operation->method, methods[turn])) {
        turn++;
    }
    return turn + (strstr(operation->path, "transfer") != NULL ? COUNT(methods) : 0);
}

#define TURNS 10

/* Returns whether the call was answered with something. */
static bool try_role(struct api *api, const struct role_row *role,
                     const struct operation *operation)
{
    const char *call = path_call(api, operation, NULL);
    if (names_nothing(operation)) {
        call = arena_printf(api->arena, "%s?%s=1", call, place_of(operation));
    }
    const char *body = str_equal(operation->method, "GET") ? NULL : "{}";
    const struct api_answer answer = api_call(api, TOKEN(3001), call, body);
    const char *what = arena_printf(api->arena, "%s: %s", role->name, call);
    if (may(role, operation)) {
        must_be_allowed(api, operation, what, &answer);
        return answer.status == 200;
    }
    must_be_refused(api, operation, what, &answer, str_equal(role->kind, "team"));
    return false;
}

static size_t try_all(struct api *api, const struct role_row *role)
{
    size_t looked_at = 0;
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < count; i++) {
            if (is_guarded(&all[i]) && !all[i].is_beyond && turn_of(&all[i]) == turn) {
                looked_at += try_role(api, role, &all[i]) ? 1 : 0;
            }
        }
    }
    return looked_at;
}

static void a_role_allows_what_its_table_says_and_nothing_else(void **state)
{
    struct roles *roles = roles_new();
    size_t count;
    size_t teams = 0;
    const struct role_row *list = roles_list(roles, &count);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++) {
        char members[256];
        snprintf(members, sizeof(members),
                 "{'users':[{'sub':'3001','%ss':[{'id':1,'role':'%s'}]}]}", list[i].kind,
                 list[i].name);
        size_t looked_at = try_all(world_with(state, members), &list[i]);
        assert_true(looked_at > 0 || str_equal(list[i].name, "App developer") ||
                    str_equal(list[i].name, "Accountant"));
        teams += str_equal(list[i].kind, "team") ? 1 : 0;
    }
    assert_int_equal(teams, 5);
    roles_free(roles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(a_role_allows_what_its_table_says_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
