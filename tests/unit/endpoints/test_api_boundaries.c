/* Where Make's API ends for a caller: what others are elsewhere, roles that users make, and what
 * two places of one call say of whose a document is. */
#include "tests/unit/endpoints/people.h"

/* -- what others are, elsewhere -----------------------------------------------------------------
 */

/* Whatever else the query asks for: another user's other roles are that user's own affair. */
static void the_roles_listed_for_a_place_are_those_of_that_place(void **state)
{
    static const struct step steps[] = {
        {"GET /organizations/1/user-organization-roles",
         .at = "/userOrganizationRoles/*/organizationId", .is = "[1,1,1]"},
        {"GET /organizations/1/user-organization-roles", .at = "/userOrganizationRoles/*/userId",
         .is = "[1001,1002,3002]"},
        {"GET /organizations/1/user-organization-roles?userId=3002",
         .at = "/userOrganizationRoles/*/organizationId", .is = "[1]"},
        {"GET /teams/1/user-team-roles", .at = "/userTeamRoles/*/teamId", .is = "[1,1,1]"},
        {"GET /teams/1/user-team-roles", .at = "/userTeamRoles/*/userId", .is = "[1001,1002,3002]"},
        {"GET /teams/1/user-team-roles?userId=3002", .at = "/userTeamRoles/*/teamId", .is = "[1]"},
    };
    PEOPLE_RUN(state,
               "{" TEAM_ABROAD ",'users':[" USER(3002, IN(1, "Member") "," IN(2, "Owner"),
                                                 IN(1, "Team member") "," IN(3, "Team admin")) "]}",
               steps);
}

static void a_team_that_is_gone_is_in_nobodys_list_of_roles(void **state)
{
    static const struct step steps[] = {
        {"POST /teams", "{'name':'Short-lived','organizationId':1}", .at = "/team/id",
         .is = "$team"},
        {"GET /users/1001/user-team-roles", .at = "/userTeamRoles/*/teamId", .is = "[1,2,$team]"},
        {"DELETE /teams/$team?confirmed=true", .status = 200},
        {"GET /users/1001/user-team-roles", .at = "/userTeamRoles/*/teamId", .is = "[1,2]"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* -- roles that users make ----------------------------------------------------------------------
 */

/* Where a plain member of organization 1 has the role Watcher, which sees scenarios, in team 1. */
#define WATCHED                                                                                    \
    USERS(USER(3001, IN(1, "Member"), "") "," USER(3002, IN(2, "Owner"), IN(2, "Team monitoring")))

static const struct step watch[] = {
    {"GET /users/roles/permissions", .at = "/usersRolesPermissions/name=scenario view/id",
     .is = "$view"},
    {"GET /users/roles/permissions", .at = "/usersRolesPermissions/name=scenario edit/id",
     .is = "$edit"},
    {"POST /users/custom-roles",
     "{'name':'Watcher','category':'team','organizationId':1,'permissions':[$view]}",
     .at = "/role/id", .is = "$role"},
    {"POST /users/3001/user-team-roles/1", "{'usersRoleId':$role}", .status = 200},
};

/* In a world of WATCHED. */
static void run_watched(void **state, const struct step *steps, size_t count)
{
    struct step all[COUNT(watch) + 8];
    assert_true(count <= 8);
    memcpy(all, watch, sizeof(watch));
    memcpy(all + COUNT(watch), steps, count * sizeof(*steps));
    people_run(state, WATCHED, all, COUNT(watch) + count);
}

static void a_member_cannot_give_its_own_role_more_permissions(void **state)
{
    static const struct step steps[] = {
        {"PATCH /users/custom-roles/$role", "{'permissions':[$view,$edit]}", 403, "SC403",
         "organization user add and edit", .token = TOKEN(3001)},
        {"PATCH /users/custom-roles/$role?organizationId=1", "{'permissions':[$view,$edit]}", 403,
         "SC403", "organization user add and edit", .token = TOKEN(3001)},
        {"PATCH /scenarios/1", "{'name':'Mine now'}", 403, "SC403", "scenario edit",
         .token = TOKEN(3001)},
        {"GET /users/roles/$role", .at = "/usersRole/permissions", .is = "['scenario view']"},
    };
    run_watched(state, steps, COUNT(steps));
}

static void a_member_cannot_delete_a_role(void **state)
{
    static const struct step steps[] = {
        {"DELETE /users/custom-roles/$role", NULL, 403, "SC403", "organization user add and edit",
         .token = TOKEN(3001)},
        {"DELETE /users/custom-roles/$role?organizationId=1", NULL, 403, "SC403",
         "organization user add and edit", .token = TOKEN(3001)},
        {"GET /users/roles/$role", .at = "/usersRole/name", .is = "'Watcher'"},
    };
    run_watched(state, steps, COUNT(steps));
}

static void the_owner_of_another_organization_does_not_find_the_role(void **state)
{
    static const struct step steps[] = {
        {"PATCH /users/custom-roles/$role", "{'permissions':[]}", 404, .code = "SC404",
         .token = TOKEN(3002)},
        {"DELETE /users/custom-roles/$role", NULL, 404, .code = "SC404", .token = TOKEN(3002)},
        {"PATCH /users/custom-roles/$role?organizationId=2", "{'permissions':[]}", 404,
         .code = "SC404", .token = TOKEN(3002)},
        {"DELETE /users/custom-roles/$role?organizationId=2", NULL, 404, .code = "SC404",
         .token = TOKEN(3002)},
    };
    run_watched(state, steps, COUNT(steps));
}

/* A name is what a membership has: who bears it would get what the other one allows, in any
 * organization. */
static void a_role_cannot_take_the_name_of_another(void **state)
{
    static const struct step steps[] = {
        {"PATCH /users/custom-roles/$role",
         "{'organizationId':1,'name':'Team monitoring','permissions':[$view,$edit]}", 400, "IM005",
         .says = "^name: is another role's"},
        {"PATCH /scenarios/3", "{'name':'Mine now'}", 403, "SC403", "scenario edit",
         .token = TOKEN(3002)},
    };
    run_watched(state, steps, COUNT(steps));
}

static void a_role_that_is_renamed_stays_with_those_who_have_it(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1", .at = "/scenario/id", .is = "1", .token = TOKEN(3001)},
        {"PATCH /users/custom-roles/$role", "{'organizationId':1,'name':'Observer'}",
         .status = 200},
        {"GET /scenarios/1", .at = "/scenario/id", .is = "1", .token = TOKEN(3001)},
    };
    run_watched(state, steps, COUNT(steps));
}

static void a_role_is_made_for_an_organization(void **state)
{
    static const char role[] = "{'name':'Nobodys','category':'team','permissions':[]}";
    static const struct step steps[] = {
        {"GET /users/roles?organizationId=1", .is = BEFORE},
        {"POST /users/custom-roles", role, 400, "IM005", "^organizationId: is missing",
         .token = TOKEN(3000)},
        {"POST /users/custom-roles", role, 400, "IM005", .says = "^organizationId: is missing"},
        {"GET /users/roles?organizationId=1", .is = BEFORE},
    };
    PEOPLE_RUN(state, USERS(USER(3000, "", "")), steps);
}

static void an_invitation_takes_no_role_away(void **state)
{
    static const struct step steps[] = {
        {"POST /organizations/1/invite", "{'email':'user3001@example.com','usersRoleId':null}", 400,
         "IM005", .says = "^usersRoleId: "},
        {"GET /organizations/1", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(1, "Member"), "")), steps);
}

/* -- one call, two places that say whose --------------------------------------------------------
 */

/* Whether the list that has this document's number is the one of its owner. */
static bool lists_have(json_t *answer, const json_t *id)
{
    const char *name;
    json_t *rows;
    size_t index;
    json_t *row;
    json_object_foreach(answer, name, rows)
    {
        json_array_foreach(rows, index, row)
        {
            if (!str_equal(name, "pg") && json_equal(json_object_get(row, "id"), id)) {
                return true;
            }
        }
    }
    return false;
}

/* Query and body name different owners: the call is refused, or the document belongs where it
 * says. */
static void a_new_document_says_whose_it_is_as_lists_do(void **state)
{
    static const struct {
        const char *call, *body, *list, *member;
    } rows[] = {
        {"POST /scenarios?teamId=1", "{'name':'Torn','teamId':2}", "scenarios", "teamId"},
        {"POST /data-stores?teamId=1", "{'name':'Torn','teamId':2,'maxSizeMB':1}", "data-stores",
         "teamId"},
        {"POST /teams?organizationId=1", "{'name':'Torn','organizationId':2}", "teams",
         "organizationId"},
        {"POST /agent/register?organizationId=1", "{'name':'Torn','organizationId':2}", "agents",
         "organizationId"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct api *api = world_with(state, "{" OWNER_OF_BOTH "}");
        const struct api_answer answer = api_call(api, OWNER, rows[i].call, rows[i].body);
        if (answer.status != 200) {
            assert_true(answer.status == 400 || answer.status == 404);
            continue;
        }
        assert_int_equal(json_object_size(answer.json), 1);
        const json_t *document = json_object_iter_value(json_object_iter(answer.json));
        const char *owner = json_word(api->arena, json_object_get(document, rows[i].member));
        const char *list =
            arena_printf(api->arena, "GET /%s?%s=%s", rows[i].list, rows[i].member, owner);
        assert_true(lists_have(api_ok(api, OWNER, list, NULL), json_object_get(document, "id")));
    }
}

/* A record's members, and what a scenario, a hook or a connection was given, are the client's own.
 */
static void what_a_body_keeps_for_its_client_names_no_team(void **state)
{
    static const char body[] = "{'teamId':'red','organizationId':9}";
    static const struct step steps[] = {
        {"PATCH /data-stores/1/data/customer-1", body, .status = 200},
        {"PUT /data-stores/1/data/customer-1", body, .status = 200},
        {"POST /scenarios/1/custom-properties", body, .status = 200},
        {"POST /hooks/1/set-data", body, .status = 200},
        {"POST /connections/1/set-data", body, .status = 200},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* @makehq/sdk: CloneDataStructureBody has targetTeamId, "ID of the team where the clone will be
 * created". */
static void a_copy_of_a_data_structure_goes_to_the_team_that_is_asked_for(void **state)
{
    static const struct step steps[] = {
        {"POST /data-structures/1/clone", "{'name':'Copy','targetTeamId':2}", 403, "SC403",
         "udt add", .token = TOKEN(3001)},
        {"POST /data-structures/1/clone", "{'name':'Copy','targetTeamId':99}", 404,
         .code = "SC404"},
        {"GET /data-structures?teamId=2", .at = "/dataStructures", .is = "[]"},
        {"POST /data-structures/1/clone", "{'name':'Copy','targetTeamId':2}",
         .at = "/dataStructure/teamId", .is = "2"},
        {"GET /data-structures?teamId=2", .at = "/dataStructures/0/id", .is = "$copy"},
        {"GET /data-structures/$copy", .at = "/dataStructure/name", .is = "'Copy'"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(1, "Member"), IN(1, "Team admin"))), steps);
}

#define BLUEPRINT(name)                                                                            \
    "{'name':'" name "','flow':[{'id':1,'module':'http:ActionSendData'}],'metadata':{}}"

static void a_copy_of_a_scenario_goes_to_the_team_that_is_asked_for(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios",
         "{'teamId':1,'blueprint':" BLUEPRINT(
             "Made here") ","
                          "'scheduling':{'type':'indefinitely','interval':900}}",
         .at = "/scenario/id", .is = "$source"},
        {"GET /scenarios?teamId=1", .is = BEFORE},
        {"POST /scenarios/$source/clone?organizationId=1", "{'name':'Copy','teamId':2}",
         .at = "/scenario/teamId", .is = "2"},
        {"GET /scenarios?teamId=2", .at = "/scenarios/name=Copy/id", .is = "$copy"},
        {"GET /scenarios/$copy", .at = "/scenario/teamId", .is = "2"},
        {"GET /scenarios?teamId=1", .is = BEFORE},
        {"GET /scenarios/$copy/blueprint", .at = "/response/blueprint", .is = BLUEPRINT("Copy")},
        {"POST /scenarios/1/clone", "{'name':'Copy','teamId':'2'}", 400, "IM005",
         .says = "^teamId: is no number"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void two_places_that_name_different_owners_are_told_so(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios?teamId=1", "{'name':'Torn','teamId':2}", 400, "IM005",
         .says = "^teamId: is 1 in the query and 2 in the body; expected the same number"},
        {"POST /teams/1/variables", "{'name':'x','typeId':1,'value':'x','teamId':2}", 400, "IM005",
         .says = "^teamId: is 1 in the path and 2 in the body"},
        {"GET /teams/1/variables?teamId=2", NULL, 400, "IM005",
         .says = "^teamId: is 1 in the path and 2 in the query"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* Both through the same client and scopes: the role is the user's. */
static void another_users_token_does_not_open_what_the_first_may(void **state)
{
    static const char scope[] = "openid scenarios:read scenarios:write";
    struct api *api =
        world_with(state, USERS(USER(3001, IN(1, "Member"), IN(1, "Team monitoring"))));
    const char *one = bearer_for(api, "1001", scope);
    const char *other = bearer_for(api, "3001", scope);
    api_ok(api, one, "PATCH /scenarios/1", "{'name':'Renamed'}");
    api_ok(api, other, "GET /scenarios/1", NULL);
    api_refused(api, other, "PATCH /scenarios/1", "{'name':'Again'}", 403, "SC403",
                "user '3001' has Team monitoring there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(the_roles_listed_for_a_place_are_those_of_that_place),
        PEOPLE_TEST(a_team_that_is_gone_is_in_nobodys_list_of_roles),
        PEOPLE_TEST(a_member_cannot_give_its_own_role_more_permissions),
        PEOPLE_TEST(a_member_cannot_delete_a_role),
        PEOPLE_TEST(the_owner_of_another_organization_does_not_find_the_role),
        PEOPLE_TEST(a_role_cannot_take_the_name_of_another),
        PEOPLE_TEST(a_role_that_is_renamed_stays_with_those_who_have_it),
        PEOPLE_TEST(a_role_is_made_for_an_organization),
        PEOPLE_TEST(an_invitation_takes_no_role_away),
        PEOPLE_TEST(a_new_document_says_whose_it_is_as_lists_do),
        PEOPLE_TEST(what_a_body_keeps_for_its_client_names_no_team),
        PEOPLE_TEST(a_copy_of_a_data_structure_goes_to_the_team_that_is_asked_for),
        PEOPLE_TEST(a_copy_of_a_scenario_goes_to_the_team_that_is_asked_for),
        PEOPLE_TEST(two_places_that_name_different_owners_are_told_so),
        PEOPLE_TEST(another_users_token_does_not_open_what_the_first_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
