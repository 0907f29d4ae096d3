/* The caller behind Make's API: who it is, what its token may do, and changing one's own account.
 */
#include "tests/unit/endpoints/people.h"

static void the_caller_is_the_tokens_user(void **state)
{
    static const struct step steps[] = {
        {"GET /users/me", .at = "/authUser",
         .is = "{'id':1001,'name':'Olivia "
               "Owner','email':'olivia.owner@example.com','language':'en','locale':'en_GB','"
               "timezone':'Europe/Prague','avatar':'https://example.com/people/"
               "olivia.png','features':{},'timezoneId':1,'localeId':1,'countryId':3,'lastLogin':'"
               "2026-01-01T00:00:00Z'}"},
        {"GET /users/me", .at = "/authUser",
         .is = "{'id':3001,'name':'User "
               "3001','email':'user3001@example.com','language':'en','locale':'en_US','timezone':'"
               "Europe/"
               "Prague','avatar':'','features':{},'timezoneId':1,'localeId':2,'countryId':4,'"
               "lastLogin':'2026-01-01T00:00:00Z'}",
         .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, "", "")), steps);
    struct api *api = *state;
    assert_json(json_object_get(json_object_get(api_ok(api, bearer_for(api, "1002", "openid"),
                                                       "GET /users/me", NULL),
                                                "authUser"),
                                "id"),
                "1002");
}

static void what_a_user_prefers_has_its_number_in_the_enums(void **state)
{
    static const struct {
        const char *claims;
        const char *language, *locale;
        int locale_id, country;
        const char *zone;
        int zone_id;
    } rows[] = {
        {"'locale':'cs-CZ','zoneinfo':'Europe/London'", "cs", "cs_CZ", 3, 1, "Europe/London", 2},
        {"'locale':'xx','zoneinfo':'Asia/Tokyo'", "xx", "xx", 1, 1, "Asia/Tokyo", 1},
        {"'locale':'de-DE'", "de", "de_DE", 1, 2, "Europe/Prague", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char members[256];
        snprintf(members, sizeof(members), "{'users':[{'sub':'3001',%s}]}", rows[i].claims);
        struct api *api = world_with(state, members);
        json_t *me = json_object_get(api_ok(api, TOKEN(3001), "GET /users/me", NULL), "authUser");
        assert_string_equal(text_of(me, "language"), rows[i].language);
        assert_string_equal(text_of(me, "locale"), rows[i].locale);
        assert_int_equal(json_integer_value(json_object_get(me, "localeId")), rows[i].locale_id);
        assert_int_equal(json_integer_value(json_object_get(me, "countryId")), rows[i].country);
        assert_string_equal(text_of(me, "timezone"), rows[i].zone);
        assert_int_equal(json_integer_value(json_object_get(me, "timezoneId")), rows[i].zone_id);
    }
}

/* Each of the list's members matches the expression. */
static void all_match(json_t *list, const char *member, const char *expression)
{
    size_t index;
    json_t *row;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, index, row)
    {
        if (!api_matches(expression, text_of(row, member))) {
            fail_msg("%s: %s", member, text_of(row, member));
        }
    }
}

static void enums_are_written_as_make_writes_them(void **state)
{
    static const struct step steps[] = {
        {"GET /enums/connected-system-apps", .at = "/connectedSystemApps/*/name",
         .is = "['http','sap-agent']"},
        {"GET /keys/types", .at = "/keysTypes/*/name", .is = "['apikeyauth','basicauth']"},
        {"GET /organizations/1", .at = "/organization/license/onPremAgent", .is = "true"},
    };
    PEOPLE_RUN(state, NULL, steps);
    struct api *api = *state;
    all_match(json_object_get(api_ok(api, OWNER, "GET /enums/countries", NULL), "countries"),
              "code2", "^[^A-Z]*$");
    all_match(json_object_get(api_ok(api, OWNER, "GET /enums/timezones", NULL), "timezones"),
              "offset", "^[+-][0-9]{4}$");
}

static void an_agent_shows_its_secret_once(void **state)
{
    struct api *api = world_with(state, NULL);
    json_t *made = json_object_get(
        api_ok(api, OWNER, "POST /agent/register", "{'name':'A','organizationId':1}"), "agent");
    assert_true(api_matches("^[0-9a-f]{32}$", text_of(made, "clientSecret")));
    json_object_del(made, "clientSecret");
    const char *path = arena_printf(api->arena, "/agents/%s", text_of(made, "id"));
    const char *get = arena_printf(api->arena, "GET %s", path);
    const char *post = arena_printf(api->arena, "POST %s", path);
    assert_true(json_equal(json_object_get(api_ok(api, OWNER, get, NULL), "agent"), made));
    json_object_set_new(made, "name", json_string("B"));
    assert_true(
        json_equal(json_object_get(api_ok(api, OWNER, post, "{'name':'B'}"), "agent"), made));
}

#define SYSTEM "/connected-systems/$system"

static void inputs_of_a_connected_system_are_given_by_name_and_listed(void **state)
{
    static const struct step steps[] = {
        {"POST /connected-systems",
         "{'name':'S','organizationId':1,'agentId':'00000000-0000-4000-8000-000000000071',"
         "'appName':'http','inputs':{'url':'https://x.example/','port':1}}",
         .at = "/connectedSystem/id", .is = "$system"},
        {"POST /connected-systems",
         "{'name':'S','organizationId':1,'agentId':'00000000-0000-4000-8000-000000000071',"
         "'appName':'http','inputs':{'url':'https://x.example/','port':1}}",
         .at = "/connectedSystem/inputs",
         .is = "[{'name':'url','value':'https://x.example/'},{'name':'port','value':1}]"},
        {"GET " SYSTEM, .at = "/connectedSystem/inputs",
         .is = "[{'name':'url','value':'https://x.example/'},{'name':'port','value':1}]"},
        {"PATCH " SYSTEM, "{'inputs':{'url':'b'}}", .at = "/connectedSystem/inputs",
         .is = "[{'name':'url','value':'b'}]"},
        {"PATCH " SYSTEM, "{'inputs':[{'name':'c','value':'d'}]}", .at = "/connectedSystem/inputs",
         .is = "[{'name':'c','value':'d'}]"},
        {"GET " SYSTEM, .at = "/connectedSystem/inputs", .is = "[{'name':'c','value':'d'}]"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void the_authorization_tells_the_tokens_own_scopes(void **state)
{
    struct api *api = world_with(state, "{'users':[{'sub':'3001','api_tokens':[{'token':'" TOKEN(
                                            3001) "',"
                                                  "'scope':'teams:read user:read'}]}]}");
    assert_json(api_ok(api, api_bearer(api, "openid scenarios:read"),
                       "GET /users/me/current-authorization", NULL),
                "{'authorization':{'authUsed':'oauth','scope':['openid','scenarios:read']}}");
    assert_json(api_ok(api, TOKEN(3001), "GET /users/me/current-authorization", NULL),
                "{'authorization':{'authUsed':'token','scope':['teams:read','user:read']}}");
}

static void the_scopes_of_api_tokens_are_those_of_the_fixture(void **state)
{
    struct api *api = world_with(state, NULL);
    json_auto_t *fixture = api_fixture(api->arena);
    const json_t *user = json_array_get(json_object_get(fixture, "users"), 0);
    const char *expected = text_of(json_array_get(json_object_get(user, "api_tokens"), 0), "scope");
    json_t *listed = json_object_get(api_ok(api, OWNER, "GET /enums/user-api-token-scopes", NULL),
                                     "userApiTokenScopes");
    const char *names = "";
    size_t index;
    json_t *row;
    json_array_foreach(listed, index, row)
    {
        names =
            arena_printf(api->arena, "%s%s%s", names, index == 0 ? "" : " ", text_of(row, "name"));
    }
    assert_string_equal(names, expected);
}

/* -- one's own account --------------------------------------------------------------------------
 */

static void nobody_sees_or_changes_the_account_of_another(void **state)
{
    static const char own[] = "^you may see and change this of yourself alone";
    static const struct step steps[] = {
        {"PATCH /users/1002", "{'name':'x'}", 403, "SC403", .says = own},
        {"PUT /users/1002/attributes/email", "{'email':'x@example.com'}", 403, "SC403",
         .says = own},
        {"PUT /users/1002/attributes/password", "{'password':'x'}", 403, "SC403", .says = own},
        {"GET /users/1002/user-team-roles", NULL, 403, "SC403", .says = own},
        {"GET /users/1002/user-organization-roles", NULL, 403, "SC403", .says = own},
        {"GET /mailhub/users/1002/preferences", NULL, 403, "SC403", .says = own},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void api_tokens_of_others_are_not_shown(void **state)
{
    static const struct step steps[] = {
        {"GET /users/me/api-tokens", .at = "/apiTokens/*/label", .is = "['of the fixture']",
         .token = TOKEN(3001)},
        {"POST /users/me/api-tokens", "{'label':'x','scope':['user:read']}",
         .at = "/apiToken/timestamp", .is = "$timestamp"},
        {"DELETE /users/me/api-tokens/$timestamp?confirmed=true", NULL, 404, .code = "SC404",
         .token = TOKEN(3001)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, "", "")), steps);
}

static void an_account_ends(void **state)
{
    struct api *api = world_with(state, USERS(USER(3001, "", "")));
    const char *token = bearer_for(api, "3001", "openid");
    api_ok(api, token, "GET /users/me", NULL);
    api_refused(api, TOKEN(3001), "DELETE /users", NULL, 406, "IM004", NULL);
    assert_json(api_ok(api, TOKEN(3001), "DELETE /users?confirmed=true", NULL), "{'user':3001}");
    api_refused(api, TOKEN(3001), "GET /users/me", NULL, 401, "SC401", NULL);
    api_refused(api, token, "GET /users/me", NULL, 401, "SC401", NULL);
    api_ok(api, OWNER, "GET /users/me", NULL);
}

static void notifications_are_ones_own(void **state)
{
    static const struct step steps[] = {
        {"GET /users/unread-notifications", .is = "{'unreadNotifications':1}"},
        {"GET /notifications", .at = "/notifications", .is = "[]", .token = TOKEN(3001)},
        {"GET /notifications/1", NULL, 404, .code = "SC404", .token = TOKEN(3001)},
        {"POST /notifications/mark-as-read", "{'ids':[1]}", .status = 200},
        {"GET /users/unread-notifications", .is = "{'unreadNotifications':0}"},
        {"DELETE /notifications?confirmed=true", "{'all':true}", .is = "{'notifications':[]}",
         .token = TOKEN(3001)},
        {"DELETE /notifications?confirmed=true", "{'all':true}", .is = "{'notifications':['1']}"},
    };
    PEOPLE_RUN(state, USERS(USER(3001, "", "")), steps);
}

static void colleagues_are_listed_and_strangers_are_not(void **state)
{
    static const struct step steps[] = {
        {"GET /users", .at = "/users/*/id", .is = "[1001,1002,3001]"},
        {"GET /users?organizationId=1", .at = "/users/*/id", .is = "[1001,1002]"},
        {"GET /users?teamId=2", .at = "/users/*/id", .is = "[1001]"},
        {"GET /users", .at = "/users/*/id", .is = "[3002]", .token = TOKEN(3002)},
        {"GET /users?organizationId=1", NULL, 403, .code = "SC403", .token = TOKEN(3002)},
    };
    PEOPLE_RUN(state, USERS(USER(3001, IN(2, "Owner"), "") "," USER(3002, "", "")), steps);
}

#define INVITE "POST /organizations/1/invite"

static void somebody_whom_the_fixture_knows_is_invited(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles", .at = "/usersRoles/name=Member/id", .is = "$member"},
        {"GET /users/roles", .at = "/usersRoles/name=Admin/id", .is = "$admin"},
        {INVITE, "{'email':'nadia.norights@example.com','usersRoleId':$member}",
         .at = "/invitation/role", .is = "'Member'"},
        {"GET /organizations/1/user-organization-roles",
         .at = "/userOrganizationRoles/userId=1003/userId", .is = "1003"},
        {INVITE, "{'email':'x@example.com','usersRoleId':$member}", 400, "IM005",
         .says = "no user's of the fixture"},
        {INVITE, "{'email':'nadia.norights@example.com','usersRoleId':$admin}", 400, "IM005",
         .says = "^email: is a member's already"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* As in a fixture: it goes into ID tokens, and the sign-in page asks for it. */
static void a_users_address_is_one(void **state)
{
    static const char *const addresses[] = {"'nonsense'", "'a\\nb@example.com'", "'@'", "''", "7"};
    struct api *api = world_with(state, NULL);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        api_refused(api, OWNER, "PUT /users/1001/attributes/email",
                    arena_printf(api->arena, "{'email':%s}", addresses[i]), 400, "IM005",
                    "^email: ");
        json_t *me = json_object_get(api_ok(api, OWNER, "GET /users/me", NULL), "authUser");
        assert_string_equal(text_of(me, "email"), "olivia.owner@example.com");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(the_caller_is_the_tokens_user),
        PEOPLE_TEST(what_a_user_prefers_has_its_number_in_the_enums),
        PEOPLE_TEST(enums_are_written_as_make_writes_them),
        PEOPLE_TEST(an_agent_shows_its_secret_once),
        PEOPLE_TEST(inputs_of_a_connected_system_are_given_by_name_and_listed),
        PEOPLE_TEST(the_authorization_tells_the_tokens_own_scopes),
        PEOPLE_TEST(the_scopes_of_api_tokens_are_those_of_the_fixture),
        PEOPLE_TEST(nobody_sees_or_changes_the_account_of_another),
        PEOPLE_TEST(api_tokens_of_others_are_not_shown),
        PEOPLE_TEST(an_account_ends),
        PEOPLE_TEST(notifications_are_ones_own),
        PEOPLE_TEST(colleagues_are_listed_and_strangers_are_not),
        PEOPLE_TEST(somebody_whom_the_fixture_knows_is_invited),
        PEOPLE_TEST(a_users_address_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
