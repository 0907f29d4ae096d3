/* Who is in an organization or a team, who owns it, and what of that is listed. */
#include "tests/unit/endpoints/people.h"

#define ROLES "usersRoles[name="
#define TRANSFER "POST /organizations/1/user-organization-roles/transfer"

static void nobody_but_the_owner_makes_an_owner(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles", .at = "/usersRoles/name=Owner/id", .is = "$owner"},
        {"POST /users/3001/user-organization-roles/1", "{'usersRoleId':$owner}", 403, "SC403",
         "only the owner can give the organization away", .token = TOKEN(3001)},
        {"POST /organizations/1/invite", "{'email':'user3002@example.com','usersRoleId':$owner}",
         403, "SC403", "only the owner can give the organization away", .token = TOKEN(3001)},
        {"GET /users/3001/user-organization-roles/1", .at = "/userOrganizationRole/role",
         .is = "'Admin'", .token = TOKEN(3001)},
        {"POST /users/3001/user-organization-roles/1", "{'usersRoleId':$owner}",
         .at = "/userOrganizationRole/role", .is = "'Owner'"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(1, "Admin"), "") "," USER(3002, "", "")), steps);
}

static void ownership_goes_to_nobody_else(void **state)
{
    static const struct step steps[] = {
        {TRANSFER, "{}", 400, "IM005", .says = "^userId: is missing"},
        {TRANSFER, "{'userId':3001}", 400, "IM005", .says = "^userId: is no member"},
        {TRANSFER, "{'userId':99}", 404, "SC404", .says = "no user 99"},
        {"GET /users/1001/user-organization-roles/1", .at = "/userOrganizationRole/role",
         .is = "'Owner'"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, "", "")), steps);
}

static void who_leaves_an_organization_leaves_its_teams(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1", .at = "/scenario/id", .is = "1", .token = TOKEN(3001)},
        {"POST /users/3001/user-organization-roles/1", "{'usersRoleId':null}",
         .is = "{'userOrganizationRole':null}"},
        {"GET /scenarios/1", NULL, 404, .code = "SC404", .token = TOKEN(3001)},
        {"GET /users/3001/user-organization-roles", .at = "/userOrganizationRoles/*/organizationId",
         .is = "[2]", .token = TOKEN(3001)},
        {"GET /users/3001/user-team-roles", .at = "/userTeamRoles", .is = "[]",
         .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state,
               USERS(USER(3001, IN(1, "Member") "," IN(2, "Member"),
                          IN(1, "Team admin") "," IN(2, "Team member"))),
               steps);
}

static void an_organization_that_is_gone_leaves_no_role(void **state)
{
    static const struct step steps[] = {
        {"GET /users/1001/user-team-roles", .at = "/userTeamRoles/*/userId", .is = "[1001,1001]"},
        {"DELETE /organizations/1?confirmed=true", .status = 200},
        {"GET /users/1001/user-organization-roles", .at = "/userOrganizationRoles/*/organizationId",
         .is = "[2]"},
        {"GET /users/1001/user-team-roles", .at = "/userTeamRoles", .is = "[]"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_users_roles_are_listed_by_organization_and_team(void **state)
{
    static const struct step steps[] = {
        {"GET /users/1001/user-organization-roles?organizationId=2",
         .at = "/userOrganizationRoles/*/organizationId", .is = "[2]"},
        {"GET /users/1001/user-team-roles?organizationId=1", .at = "/userTeamRoles/*/teamId",
         .is = "[1,2]"},
        {"GET /users/1001/user-team-roles?organizationId=2", .at = "/userTeamRoles", .is = "[]"},
        {"GET /users/1001/user-team-roles?teamId=2", .at = "/userTeamRoles/*/teamId", .is = "[2]"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void ownership_goes_to_another_member(void **state)
{
    static const struct step steps[] = {
        {TRANSFER, "{'userId':3001}", 403, "SC403", "only the owner", .token = TOKEN(3001)},
        {TRANSFER, "{'userId':3001}", .status = 200},
        {"GET /organizations/1/user-organization-roles",
         .at = "/userOrganizationRoles/userId=3001/role", .is = "'Owner'", .token = TOKEN(3001)},
        {"GET /organizations/1/user-organization-roles",
         .at = "/userOrganizationRoles/userId=1001/role", .is = "'Admin'", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(1, "Admin"), "")), steps);
}

#define ELSEWHERE "^the user's consent is for organization 2 alone, and this is about 1"

static void consent_to_one_organization_opens_no_other(void **state)
{
    static const struct step steps[] = {
        {"GET /users/me/current-authorization", .at = "/authorization/organizationId", .is = "2",
         .token = LIMITED},
        {"GET /scenarios/2", .at = "/scenario/name", .is = "'There'", .token = LIMITED},
        {"GET /scenarios", .at = "/scenarios/*/id", .is = "[2]", .token = LIMITED},
        {"GET /scenarios/1", NULL, 403, "SC403", ELSEWHERE, .token = LIMITED},
        {"PATCH /scenarios/1", "{}", 403, "SC403", ELSEWHERE, .token = LIMITED},
        {"GET /teams/1", NULL, 403, "SC403", ELSEWHERE, .token = LIMITED},
        {"GET /scenarios?teamId=1", NULL, 403, "SC403", ELSEWHERE, .token = LIMITED},
        {"GET /scenarios/1", .at = "/scenario/name", .is = "'Here'"},
    };
    PEOPLE_RUN(state,
               "{" OWNER_OF_BOTH "," TEAM_ABROAD ",'resources':{'scenarios':["
               "{'id':1,'name':'Here','teamId':1},{'id':2,'name':'There','teamId':3}]}}",
               steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(nobody_but_the_owner_makes_an_owner),
        PEOPLE_TEST(ownership_goes_to_nobody_else),
        PEOPLE_TEST(who_leaves_an_organization_leaves_its_teams),
        PEOPLE_TEST(an_organization_that_is_gone_leaves_no_role),
        PEOPLE_TEST(a_users_roles_are_listed_by_organization_and_team),
        PEOPLE_TEST(ownership_goes_to_another_member),
        PEOPLE_TEST(consent_to_one_organization_opens_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
