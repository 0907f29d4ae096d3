/* What the role of a token's user allows, in the organization or team concerned. */
#include "tests/unit/endpoints/people.h"

#define MEMBER_HERE IN(1, "Member")
#define ROLE(name, category, permissions)                                                          \
    "{'name':'" name "','category':'" category "','organizationId':1,'permissions':" permissions "}"
#define NUMBER_OF(role) "usersRoles[name=" role "].id"

static void the_owner_of_an_organization_is_an_admin_of_each_of_its_teams(void **state)
{
    static const struct step steps[] = {
        {"PATCH /scenarios/3", "{'name':'Renamed'}", .at = "/scenario/teamId", .is = "2",
         .token = TOKEN(3001)},
        {"PATCH /scenarios/3", "{'name':'Again'}", 403, "SC403",
         "^the user's role in team 2 must allow 'scenario edit'; user '3002' has no role there$",
         .token = TOKEN(3002)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(1, "Owner"), "") "," USER(3002, IN(1, "Admin"), "")),
               steps);
}

/* The same answer, but for the number, as for one that is not there. */
static void of_a_document_elsewhere_it_is_not_said_that_it_exists(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1", NULL, 404, .code = "SC404", .token = TOKEN(3000)},
        {"GET /scenarios/99", NULL, 404, .code = "SC404", .token = TOKEN(3000)},
        {"GET /scenarios", .at = "/scenarios", .is = "[]", .token = TOKEN(3000)},
        {"DELETE /scenarios/1", NULL, 404, .code = "SC404", .token = TOKEN(3000)},
        {"GET /scenarios/1", .at = "/scenario/id", .is = "1"},
    };
    PEOPLE_RUN(state, USERS(USER(3000, IN(2, "Owner"), "")), steps);
}

static void a_team_or_organization_that_the_call_names_is_refused_to_strangers(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios?teamId=1", NULL, 403, "SC403", "has no role there", .token = TOKEN(3000)},
        {"GET /teams/1", NULL, 403, "SC403", "has no role there", .token = TOKEN(3000)},
        {"GET /organizations/1", NULL, 403, "SC403", "has no role there", .token = TOKEN(3000)},
        {"GET /teams?organizationId=1", NULL, 403, "SC403", "has no role there",
         .token = TOKEN(3000)},
        {"GET /users?organizationId=1", NULL, 403, "SC403", "has no role there",
         .token = TOKEN(3000)},
        {"POST /scenarios", "{'teamId':1,'name':'Mine'}", 403, "SC403", "scenario add",
         .token = TOKEN(3000)},
        {"GET /scenarios?teamId=99", NULL, 404, .code = "SC404", .token = TOKEN(3000)},
    };
    PEOPLE_RUN(state, USERS(USER(3000, "", "")), steps);
}

static void the_team_that_is_named_has_to_be_the_documents(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1?teamId=1", .status = 200},
        {"GET /scenarios/1?teamId=2", NULL, 404, "SC404", .says = "does not belong to teamId 2"},
        {"GET /teams/1?organizationId=2", NULL, 404, "SC404",
         .says = "does not belong to organizationId 2"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_list_shows_what_the_role_lets_see(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios", .at = "/scenarios/*/id", .is = "[3]", .token = TOKEN(3001)},
        {"GET /scenarios", .at = "/scenarios/*/id", .is = "[1,2,3,4]"},
        {"GET /teams", .at = "/teams/*/id", .is = "[2]", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, MEMBER_HERE, IN(2, "Team member"))), steps);
}

static void a_role_that_changes_counts_from_the_next_call_on(void **state)
{
    static const struct step steps[] = {
        {"PATCH /scenarios/1", "{'name':'One'}", .token = TOKEN(3001)},
        {"GET /users/roles", .at = "/usersRoles/name=Team monitoring/id", .is = "$role"},
        {"POST /users/3001/user-team-roles/1", "{'usersRoleId':$role}", .at = "/userTeamRole/role",
         .is = "'Team monitoring'"},
        {"PATCH /scenarios/1", "{'name':'Two'}", 403, "SC403",
         "user '3001' has Team monitoring there", .token = TOKEN(3001)},
        {"POST /users/3001/user-team-roles/1", "{'usersRoleId':null}",
         .is = "{'userTeamRole':null}"},
        {"GET /scenarios?teamId=1", NULL, 403, "SC403", "has no role there", .token = TOKEN(3001)},
        {"GET /scenarios/1", .at = "/scenario/name", .is = "'One'"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, MEMBER_HERE, IN(1, "Team member"))), steps);
}

static void who_may_not_give_roles_gives_none(void **state)
{
    static const struct step steps[] = {
        {"POST /users/3001/user-team-roles/1", "{'usersRoleId':6}", 403, "SC403",
         "team user add and edit", .token = TOKEN(3001)},
        {"POST /users/3001/user-organization-roles/1", "{'usersRoleId':1}", 403, "SC403",
         "organization user add and edit", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, MEMBER_HERE, IN(1, "Team member"))), steps);
}

static void a_role_that_is_none_of_a_team_is_refused(void **state)
{
    static const struct step steps[] = {
        {"POST /users/1002/user-team-roles/1", "{}", 400, "IM005",
         .says = "usersRoleId: is missing"},
        {"POST /users/1002/user-team-roles/1", "{'usersRoleId':'x'}", 400, "IM005",
         .says = "usersRoleId: is no number"},
        {"POST /users/1002/user-team-roles/1", "{'usersRoleId':1}", 400, "IM005",
         .says =
             "usersRoleId: is one of the category organization; expected one of the category team"},
        {"POST /users/1002/user-team-roles/1", "{'usersRoleId':999}", 404, "SC404",
         .says = "no role 999"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_role_that_users_made_counts_like_a_built_in_one(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles/permissions", .at = "/usersRolesPermissions/name=scenario view/id",
         .is = "$view"},
        {"POST /users/custom-roles", ROLE("Watcher", "team", "[$view]"), .at = "/role/id",
         .is = "$role"},
        {"POST /users/3001/user-team-roles/1", "{'usersRoleId':$role}", .status = 200},
        {"GET /scenarios/1", .at = "/scenario/id", .is = "1", .token = TOKEN(3001)},
        {"PATCH /scenarios/1", "{'name':'x'}", 403, "SC403", "has Watcher there",
         .token = TOKEN(3001)},
        {"POST /users/3001/user-team-roles/1", "{'usersRoleId':null}", .status = 200},
        {"DELETE /users/custom-roles/$role", "{'organizationId':1}", .is = "{'roleId':$role}"},
        {"POST /users/custom-roles", ROLE("Watcher", "team", "[$view]"), .at = "/role/id",
         .is = "$other"},
        {"GET /users/roles?organizationId=1", .at = "/usersRoles/id=$role/id", .is = NOTHING},
        {"GET /scenarios/1", NULL, 403, "SC403", "has no role there", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, MEMBER_HERE, "")), steps);
}

#define GIVEN_AND_NOT_DELETED(category, path)                                                      \
    {"POST /users/custom-roles", ROLE("Watcher", category, "[]"), .at = "/role/id",                \
     .is = "$role"},                                                                               \
                                                                                                   \
        {"POST /users/3001/" path "/1", "{'usersRoleId':$role}", .status = 200},                   \
        {"POST /users/3002/" path "/1", "{'usersRoleId':$role}", .status = 200},                   \
        {"GET /users/roles?organizationId=1", .is = BEFORE},                                       \
        {"GET /users/3001/" path "/1", .is = BEFORE},                                              \
        {"DELETE /users/custom-roles/$role", "{'organizationId':1}", 400, "IM005",                 \
         .says =                                                                                   \
             "^id: 'Watcher' is the role of user 3001, 3002; expected a role that nobody has"},    \
        {"GET /users/roles?organizationId=1", .is = BEFORE},                                       \
        {"GET /users/3001/" path "/1", .is = BEFORE},

static void a_role_that_somebody_has_is_not_deleted(void **state)
{
    static const struct step team[] = {GIVEN_AND_NOT_DELETED("team", "user-team-roles")};
    static const struct step organization[] = {
        GIVEN_AND_NOT_DELETED("organization", "user-organization-roles")};
    const char *members = USERS(USER(3001, MEMBER_HERE, "") "," USER(3002, MEMBER_HERE, ""));
    PEOPLE_RUN(state, members, team);
    PEOPLE_RUN(state, members, organization);
}

static void custom_roles_are_listed_for_the_organization_that_is_named(void **state)
{
    static const struct step steps[] = {
        {"POST /users/custom-roles", ROLE("Watcher", "team", "[]"), .at = "/role/id",
         .is = "$role"},
        {"GET /users/roles", .at = "/usersRoles/id=$role/id", .is = NOTHING},
        {"GET /users/roles?category=team", .at = "/usersRoles/id=$role/id", .is = NOTHING},
        {"GET /users/roles?roleId=$role", .at = "/usersRoles/*/id", .is = "[]"},
        {"GET /users/roles?organizationId=1", .at = "/usersRoles/id=$role/id", .is = "$role"},
        {"GET /users/roles?teamId=2", .at = "/usersRoles/id=$role/id", .is = "$role"},
        {"GET /users/roles?organizationId=1&roleId=$role", .at = "/usersRoles/*/id",
         .is = "[$role]"},
        {"GET /users/roles?organizationId=2", .at = "/usersRoles/id=$role/id", .is = NOTHING,
         .token = TOKEN(3001)},
        {"GET /users/roles/$role", .at = "/usersRole/name", .is = "'Watcher'"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(2, "Owner"), "")), steps);
}

static void columns_of_roles_are_chosen(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles?cols[]=id&cols[]=name&category=organization", .at = "/usersRoles/0",
         .is = "{'id':1,'name':'Owner'}"},
        {"GET /users/roles", .is = "$all"},
        {"GET /users/roles?cols[]=*", .is = "$all"},
        {"GET /users/roles?cols[]=nope", NULL, 400, "IM005",
         .says = "^cols\\[\\]: 'nope' is no column of roles"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static const char *with(struct arena *arena, const char *role, const char *change)
{
    json_auto_t *made = json_from(role);
    json_auto_t *changed = json_from(change);
    json_object_update(made, changed);
    return json_word(arena, made);
}

static void make_and_change(void **state, const char *change, const char *detail)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *made = with(arena, ROLE("New", "team", "[]"), change);
    bool is_of_changing = strstr(detail, "cannot be changed") != NULL;
    const struct step steps[] = {
        {"POST /users/custom-roles", ROLE("Watcher", "team", "[]"), .at = "/role/id",
         .is = "$role"},
        {"POST /users/custom-roles", ROLE("Other", "team", "[]"), .status = 200},
        {"GET /users/roles?organizationId=1", .is = BEFORE},
        {"PATCH /users/custom-roles/$role", change, 400, "IM005", .says = detail},
        {"GET /users/roles?organizationId=1", .is = BEFORE},
        {"POST /users/custom-roles", made, 400, "IM005", .says = detail},
        {"GET /users/roles?organizationId=1", .is = BEFORE},
    };
    people_run(state, NULL, steps, is_of_changing ? COUNT(steps) - 2 : COUNT(steps));
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

static void what_a_role_cannot_be_it_is_neither_made_nor_changed_to(void **state)
{
    static const struct {
        const char *change, *detail;
    } rows[] = {
        {"{'name':'Watch\\ner'}", "^name: holds a control character"},
        {"{'name':'Watch\\ter\\nadmin'}", "^name: holds a control character"},
        {"{'name':''}", "^name: is missing or empty"},
        {"{'name':null}", "^name: is missing or empty"},
        {"{'name':'" X64 X64 X64 X64 "'}", "^name: is too long"},
        {"{'name':'Owner'}", "^name: is another role's"},
        {"{'name':'Other'}", "^name: is another role's"},
        {"{'category':'organization','permissions':[]}",
         "^category: cannot be changed; expected team"},
        {"{'category':'x'}", "^category: is none"},
        {"{'description':7}", "^description: is no text"},
        {"{'permissions':'x'}", "^permissions: is no list"},
        {"{'permissions':[0]}", "^permissions: has one"},
        {"{'permissions':[1]}", "^permissions: has one"},
        {"{'permissions':['1']}", "^permissions: has one"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        make_and_change(state, rows[i].change, rows[i].detail);
    }
}

static void two_organizations_have_roles_of_the_same_name_and_each_its_own(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles/permissions", .at = "/usersRolesPermissions/name=scenario view/id",
         .is = "$view"},
        {"POST /users/custom-roles", ROLE("Watcher", "team", "[]"), .at = "/role/id",
         .is = "$here"},
        {"POST /users/custom-roles",
         "{'name':'Watcher','category':'team','permissions':[$view],'organizationId':2}",
         .at = "/role/id", .is = "$there", .token = TOKEN(3001)},
        {"POST /teams", "{'name':'Abroad','organizationId':2}", .at = "/team/id", .is = "$team",
         .token = TOKEN(3001)},
        {"POST /users/3002/user-team-roles/1", "{'usersRoleId':$here}",
         .at = "/userTeamRole/usersRoleId", .is = "$here"},
        {"GET /scenarios/1", NULL, 403, "SC403", "has Watcher there", .token = TOKEN(3002)},
        {"POST /users/3002/user-team-roles/$team", "{'usersRoleId':$here}", 400, "IM005",
         "^usersRoleId: is another organization's role; expected one of organization 2",
         .token = TOKEN(3001)},
        {"POST /users/3002/user-team-roles/$team", "{'usersRoleId':$there}",
         .at = "/userTeamRole/usersRoleId", .is = "$there", .token = TOKEN(3001)},
        {"GET /scenarios?teamId=$team", .at = "/scenarios", .is = "[]", .token = TOKEN(3002)},
    };
    PEOPLE_RUN(state,
               USERS(USER(3001, MEMBER_HERE "," IN(2, "Owner"),
                          "") "," USER(3002, MEMBER_HERE "," IN(2, "Member"), "")),
               steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(the_owner_of_an_organization_is_an_admin_of_each_of_its_teams),
        PEOPLE_TEST(of_a_document_elsewhere_it_is_not_said_that_it_exists),
        PEOPLE_TEST(a_team_or_organization_that_the_call_names_is_refused_to_strangers),
        PEOPLE_TEST(the_team_that_is_named_has_to_be_the_documents),
        PEOPLE_TEST(a_list_shows_what_the_role_lets_see),
        PEOPLE_TEST(a_role_that_changes_counts_from_the_next_call_on),
        PEOPLE_TEST(who_may_not_give_roles_gives_none),
        PEOPLE_TEST(a_role_that_is_none_of_a_team_is_refused),
        PEOPLE_TEST(a_role_that_users_made_counts_like_a_built_in_one),
        PEOPLE_TEST(a_role_that_somebody_has_is_not_deleted),
        PEOPLE_TEST(custom_roles_are_listed_for_the_organization_that_is_named),
        PEOPLE_TEST(columns_of_roles_are_chosen),
        PEOPLE_TEST(what_a_role_cannot_be_it_is_neither_made_nor_changed_to),
        PEOPLE_TEST(two_organizations_have_roles_of_the_same_name_and_each_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
