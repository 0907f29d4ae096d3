/* What nobody gets at: another organization's documents, rights beyond one's own. */
#include "tests/unit/endpoints/people.h"

#define AGENT UUID("71")
#define SYSTEM UUID("73")
#define REQUEST UUID("61")
#define WITH(users) "{" TEAM_ABROAD ",'users':[" users "]}"
#define OWNER_ABROAD USER(3000, IN(2, "Owner"), IN(3, "Team admin"))
#define ITEMS "/custom-property-structures/1/custom-property-structure-items"
#define ITEM "/custom-property-structures/custom-property-structure-items/1"

/* -- another organization's documents -----------------------------------------------------------
 */

static void naming_ones_own_team_opens_no_other_organization(void **state)
{
    static const struct {
        const char *call, *body; /* without the brace at its end */
        int status;
    } rows[] = {
        {"GET /agents/" AGENT, NULL, 400},
        {"PATCH /agents/" AGENT, "{'name':'Taken'", 400},
        {"DELETE /agents/" AGENT, NULL, 400},
        {"GET /connected-systems/" SYSTEM, NULL, 400},
        {"PATCH /connected-systems/" SYSTEM, "{'name':'Taken'", 400},
        {"GET /private-spaces/1", NULL, 404},
        {"PATCH /private-spaces/1", "{'name':'Taken'", 404},
        {"GET " ITEMS, NULL, 404},
        {"POST " ITEMS, "{'name':'x','label':'x','type':'shortText'", 404},
        {"DELETE " ITEM, NULL, 404},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct api *api = world_with(state, WITH(OWNER_ABROAD));
        const char *code = rows[i].status == 400 ? "IM005" : "SC404";
        const char *call = arena_printf(api->arena, "%s?confirmed=true", rows[i].call);
        const char *named = arena_printf(api->arena, "%s&teamId=3", call);
        const char *body =
            rows[i].body == NULL ? NULL : arena_printf(api->arena, "%s}", rows[i].body);
        struct api_answer hidden =
            api_refused(api, TOKEN(3000), named, body, rows[i].status, code, "^there is no ");
        struct api_answer same =
            api_refused(api, TOKEN(3000), call, body, rows[i].status, code, NULL);
        assert_true(json_equal(hidden.json, same.json));
        if (body != NULL) {
            body = arena_printf(api->arena, "%s,'teamId':3}", rows[i].body);
            api_refused(api, TOKEN(3000), rows[i].call, body, rows[i].status, code, NULL);
        }
    }
}

static void naming_a_team_does_not_widen_a_consent(void **state)
{
    static const struct step steps[] = {
        {"GET /agents/" AGENT, NULL, 403, "SC403", "consent is for organization 2 alone",
         .token = LIMITED},
        {"GET /agents/" AGENT "?teamId=3", NULL, 400, "IM005", "does not belong to teamId 3",
         .token = LIMITED},
    };
    PEOPLE_RUN(state, "{" TEAM_ABROAD "," OWNER_OF_BOTH "}", steps);
}

static void an_organizations_document_does_not_go_with_a_team_that_was_named(void **state)
{
    static const struct step steps[] = {
        {"POST /agent/register?teamId=1", "{'name':'Server room 2','organizationId':1}",
         .at = "/agent/id", .is = "$agent"},
        {"DELETE /teams/1?confirmed=true", .status = 200},
        {"GET /agents/$agent", .at = "/agent/name", .is = "'Server room 2'"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* What is told of a document, with X in the place of what names it. */
static const char *told_of(struct api *api, const char *path, const char *name, int status)
{
    const char *call = arena_printf(api->arena, "GET %s", path);
    const char *blank = strchr(call, '#');
    call = arena_printf(api->arena, "%.*s%s%s", (int)(blank - call), call, name, blank + 1);
    const struct api_answer answer =
        api_refused(api, TOKEN(3000), call, NULL, status, status == 400 ? "IM005" : "SC404", NULL);
    const char *detail = text_of(answer.json, "detail");
    const char *at = strstr(detail, name);
    return at == NULL
               ? detail
               : arena_printf(api->arena, "%.*sX%s", (int)(at - detail), detail, at + strlen(name));
}

static void what_is_hidden_is_like_what_is_not_there(void **state)
{
    static const struct {
        const char *path, *hidden, *missing;
        int status;
    } rows[] = {
        {"/scenarios/#", "1", "99", 404},          {"/connections/#", "1", "99", 404},
        {"/data-stores/#/data", "1", "99", 404},   {"/agents/#", AGENT, UUID("99"), 400},
        {"/scenarios/#?teamId=1", "1", "99", 404}, {"/scenarios/#?teamId=2", "1", "99", 404},
    };
    struct api *api = world_with(state, WITH(OWNER_ABROAD));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(told_of(api, rows[i].path, rows[i].hidden, rows[i].status),
                            told_of(api, rows[i].path, rows[i].missing, rows[i].status));
    }
}

static void new_teams_and_organizations_are_listed_to_their_people_alone(void **state)
{
    static const struct step steps[] = {
        {"POST /organizations", "{'name':'Secret'}", .at = "/organization/id", .is = "$place"},
        {"POST /teams", "{'name':'Secret','organizationId':$place}", .at = "/team/id",
         .is = "$team"},
        {"GET /organizations", .at = "/organizations/id=$place/id", .is = "$place"},
        {"GET /organizations?organizationId=$place", .at = "/organizations/id=$place/id",
         .is = "$place"},
        {"GET /teams", .at = "/teams/id=$team/id", .is = "$team"},
        {"GET /teams?organizationId=$place", .at = "/teams/id=$team/id", .is = "$team"},
        {"GET /teams?teamId=$team", .at = "/teams/id=$team/id", .is = "$team"},
        {"GET /organizations", .at = "/organizations", .is = "[]", .token = TOKEN(3000)},
        {"GET /teams", .at = "/teams", .is = "[]", .token = TOKEN(3000)},
    };
    PEOPLE_RUN(state, WITH(USER(3000, "", "")), steps);
}

static void the_members_of_a_team_are_listed_to_those_who_may_see_it(void **state)
{
    static const struct step steps[] = {
        {"GET /users?teamId=2", NULL, 403, "SC403", "has no role there, in team 2",
         .token = TOKEN(3001)},
        {"GET /users?teamId=2", .at = "/users/*/id", .is = "[1001]"},
    };
    PEOPLE_RUN(state, WITH(USER(3001, IN(1, "Member"), "")), steps);
}

#define DECLINE "POST /credential-requests/credentials/$credential/decline"
#define DECLINED "{'requestId':'" REQUEST "','reason':'no'}"

static void a_credential_is_not_moved_to_another_request(void **state)
{
    static const struct step steps[] = {
        {"POST /credential-requests/actions/create",
         "{'teamId':3,'name':'x','credentials':[{'appName':'http'}]}", .is = BEFORE,
         .token = TOKEN(3000)},
        {"GET /credential-requests/requests?teamId=3", .at = "/requests/0/id", .is = "$request",
         .token = TOKEN(3000)},
        {"GET /credential-requests/requests/$request/detail",
         .at = "/requestDetail/credentials/0/id", .is = "$credential", .token = TOKEN(3000)},
        {DECLINE, DECLINED, .at = "/credential/requestId", .is = "$request", .token = TOKEN(3000)},
        {DECLINE, DECLINED, .at = "/credential/declineReason", .is = "'no'", .token = TOKEN(3000)},
        {"GET /credential-requests/requests/" REQUEST "/detail",
         .at = "/requestDetail/credentials/*/id", .is = "['00000000-0000-4000-8000-000000000062']"},
    };
    PEOPLE_RUN(state, WITH(OWNER_ABROAD), steps);
}

/* -- rights beyond one's own --------------------------------------------------------------------
 */

static void must_differ_by_the_edit_alone(const json_t *before, json_t *after)
{
    const char *name;
    json_t *value;
    json_object_foreach(after, name, value)
    {
        if (!json_equal(value, json_object_get(before, name)) && !str_equal(name, "lastEdit") &&
            !str_equal(name, "updatedByUser")) {
            fail_msg("%s has changed", name);
        }
    }
}

static void who_may_start_a_scenario_does_not_edit_it_that_way(void **state)
{
    static const char change[] = "{'name':'Taken','scheduling':{'type':'on-demand'}}";
    struct api *api = world_with(state, WITH(USER(3001, IN(1, "Member"), IN(1, "Team operator"))));
    api_refused(api, TOKEN(3001), "PATCH /scenarios/2", "{'name':'Taken'}", 403, "SC403", NULL);
    const json_t *before =
        json_object_get(api_ok(api, OWNER, "GET /scenarios/2", NULL), "scenario");
    api_ok(api, TOKEN(3001), "POST /scenarios/2/start", change);
    api_ok(api, TOKEN(3001), "POST /scenarios/2/stop", change);
    json_t *after = json_object_get(api_ok(api, OWNER, "GET /scenarios/2", NULL), "scenario");
    assert_true(json_object_size(after) > 5);
    must_differ_by_the_edit_alone(before, after);
}

static void a_token_makes_no_api_token_that_may_more(void **state)
{
    struct api *api = world_with(state, NULL);
    const char *weak = api_bearer(api, "openid user:write user:read");
    api_refused(api, weak, "POST /users/me/api-tokens",
                "{'label':'x','scope':['user:read','scenarios:read']}", 403, "SC403",
                "^a token gives away scopes that it has itself; this one lacks 'scenarios:read'$");
    const json_t *made = json_object_get(
        api_ok(api, weak, "POST /users/me/api-tokens", "{'label':'x','scope':['user:read']}"),
        "apiToken");
    api_refused(api, text_of(made, "token"), "GET /scenarios/1", NULL, 403, "SC403", NULL);
}

static void a_limited_consent_makes_no_api_token_without_limits(void **state)
{
    static const struct step steps[] = {
        {"POST /users/me/api-tokens", "{'label':'x','scope':['scenarios:read']}", 403, "SC403",
         "consent is for organization 2 alone, and an API token opens all of them",
         .token = LIMITED},
    };
    PEOPLE_RUN(state, "{" TEAM_ABROAD "," OWNER_OF_BOTH "}", steps);
}

#define OWNERS_ROLE "POST /users/1001/user-organization-roles/1"

static void an_admin_changes_nothing_about_an_owner(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles", .at = "/usersRoles/name=Member/id", .is = "$member",
         .token = TOKEN(3001)},
        {"GET /users/roles", .at = "/usersRoles/name=Owner/id", .is = "$owner",
         .token = TOKEN(3001)},
        {OWNERS_ROLE, "{'usersRoleId':null}", 403, "SC403", "only the owner", .token = TOKEN(3001)},
        {OWNERS_ROLE, "{'usersRoleId':$member}", 403, "SC403", "only the owner",
         .token = TOKEN(3001)},
        {OWNERS_ROLE, "{'usersRoleId':$owner}", 403, "SC403", "only the owner",
         .token = TOKEN(3001)},
        {"GET /users/1001/user-organization-roles/1", .at = "/userOrganizationRole/role",
         .is = "'Owner'"},
    };
    PEOPLE_RUN(state, WITH(USER(3001, IN(1, "Admin"), "")), steps);
}

static void an_organization_keeps_an_owner(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles", .at = "/usersRoles/name=Member/id", .is = "$member"},
        {"GET /users/roles", .at = "/usersRoles/name=Admin/id", .is = "$admin"},
        {"POST /users/3001/user-organization-roles/1", "{'usersRoleId':$member}",
         .at = "/userOrganizationRole/role", .is = "'Member'"},
        {OWNERS_ROLE, "{'usersRoleId':null}", 400, "IM005",
         .says = "^usersRoleId: would leave the organization without an owner"},
        {OWNERS_ROLE, "{'usersRoleId':$admin}", 400, "IM005",
         .says = "^usersRoleId: would leave the organization without an owner"},
    };
    PEOPLE_RUN(state, WITH(USER(3001, IN(1, "Owner"), "")), steps);
}

static void in_a_team_is_who_is_in_its_organization(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles", .at = "/usersRoles/name=Team member/id", .is = "$member",
         .token = TOKEN(3001)},
        {"POST /users/3002/user-team-roles/1", "{'usersRoleId':$member}", 400, "IM005",
         "^userId: has no role in the team's organization", .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, WITH(USER(3001, IN(1, "Member"), IN(1, "Team admin")) "," USER(3002, "", "")),
               steps);
}

/* -- of what is found out late: the rate, and the team that is named ----------------------------
 */

/* What the call answers, again and again: "200 429". */
static void answers_are(struct api *api, const char *call, const char *body, const char *expected)
{
    const char *got = "";
    while (strlen(got) < strlen(expected)) {
        const struct api_answer answer = api_call(api, OWNER, call, body);
        got = arena_printf(api->arena, "%s%s%d", got, *got == '\0' ? "" : " ", answer.status);
    }
    assert_string_equal(got, expected);
}

/* So many calls a minute are allowed of the organization at this place of the fixture. */
#define LIMITS(organization, calls)                                                                \
    "{" TEAM_ABROAD "," OWNER_OF_BOTH ",'organizations/" organization                              \
    "':{'license':{'apiLimit':" calls "}}}"

static void a_restored_scenario_counts_as_a_call(void **state)
{
    struct api *api = world_with(state, LIMITS("0", "3"));
    answers_are(api, "DELETE /scenarios/1", NULL, "200");
    answers_are(api, "POST /scenarios/1/restore", NULL, "200");
    answers_are(api, "DELETE /scenarios/1", NULL, "200");
    answers_are(api, "POST /scenarios/1/restore", NULL, "429");
}

static void a_call_that_names_no_organization_counts_for_that_which_it_is_about(void **state)
{
    static const char *const calls[][2] = {
        {"POST /credential-requests/actions/extend", "{'connectionId':1}"},
        {"PATCH /users/custom-roles/1001", "{'description':'x'}"},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        struct api *api = world_with(state, LIMITS("0", "3"));
        api_ok(api, OWNER, "POST /users/custom-roles",
               "{'name':'R','category':'team','organizationId':1,'permissions':[]}");
        answers_are(api, calls[i][0], calls[i][1], "200 200 429 429");
    }
}

static void a_copy_to_another_organization_counts_there_too(void **state)
{
    struct api *api = world_with(state, LIMITS("1", "1"));
    answers_are(api, "POST /scenarios/1/clone", "{'teamId':3}", "200 429 429");
}

static void a_team_that_is_named_is_the_right_one_also_of_what_is_found_out_late(void **state)
{
    static const struct step steps[] = {
        {"DELETE /scenarios/1", .status = 200},
        {"POST /scenarios/1/restore?teamId=2", NULL, 404, "SC404",
         .says = "does not belong to teamId 2"},
        {"POST /credential-requests/actions/extend", "{'connectionId':1,'teamId':2}", 404, "SC404",
         .says = "does not belong to teamId 2"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(naming_ones_own_team_opens_no_other_organization),
        PEOPLE_TEST(naming_a_team_does_not_widen_a_consent),
        PEOPLE_TEST(an_organizations_document_does_not_go_with_a_team_that_was_named),
        PEOPLE_TEST(what_is_hidden_is_like_what_is_not_there),
        PEOPLE_TEST(new_teams_and_organizations_are_listed_to_their_people_alone),
        PEOPLE_TEST(the_members_of_a_team_are_listed_to_those_who_may_see_it),
        PEOPLE_TEST(a_credential_is_not_moved_to_another_request),
        PEOPLE_TEST(who_may_start_a_scenario_does_not_edit_it_that_way),
        PEOPLE_TEST(a_token_makes_no_api_token_that_may_more),
        PEOPLE_TEST(a_limited_consent_makes_no_api_token_without_limits),
        PEOPLE_TEST(an_admin_changes_nothing_about_an_owner),
        PEOPLE_TEST(an_organization_keeps_an_owner),
        PEOPLE_TEST(in_a_team_is_who_is_in_its_organization),
        PEOPLE_TEST(a_restored_scenario_counts_as_a_call),
        PEOPLE_TEST(a_call_that_names_no_organization_counts_for_that_which_it_is_about),
        PEOPLE_TEST(a_copy_to_another_organization_counts_there_too),
        PEOPLE_TEST(a_team_that_is_named_is_the_right_one_also_of_what_is_found_out_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
