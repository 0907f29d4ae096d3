/* Data stores in Make's API: what they say of their records, and records that are put; and what a
 * new team is shown with. */
#include "tests/unit/endpoints/people.h"

/* -- data stores --------------------------------------------------------------------------------
 */

#define STORE "{'name':'S','teamId':1,'maxSizeMB':1}"
#define FIRST "{'key':'a','data':{'x':1}}"
#define LONGER "{'key':'a','data':{'x':1,'y':'longer'}}"
#define SECOND "{'key':'b','data':{'name':'Ji\xC5\x99\xC3\xAD'}}"
#define CUSTOMER "{'key':'customer-1','data':{'email':'ada@example.com','orders':3}}"

static void size_is(struct api *api, const char *store, size_t expected)
{
    const json_t *json = api_ok(api, OWNER, arena_printf(api->arena, "GET %s", store), NULL);
    assert_string_equal(text_of(json_object_get(json, "dataStore"), "size"),
                        arena_printf(api->arena, "%zu", expected));
}

static void a_data_store_has_the_size_of_its_records(void **state)
{
    struct api *api = world_with(state, NULL);
    const json_t *made =
        json_object_get(api_ok(api, OWNER, "POST /data-stores", STORE), "dataStore");
    const char *id = json_word(api->arena, json_object_get(made, "id"));
    const char *store = arena_printf(api->arena, "/data-stores/%s", id);
    const char *records = arena_printf(api->arena, "POST %s/data", store);
    size_is(api, store, 0);
    api_ok(api, OWNER, records, FIRST);
    api_ok(api, OWNER, records, SECOND);
    size_is(api, store, strlen(FIRST) + strlen(SECOND));
    api_ok(api, OWNER, arena_printf(api->arena, "PATCH %s/data/a", store), "{'y':'longer'}");
    size_is(api, store, strlen(LONGER) + strlen(SECOND));
    api_ok(api, OWNER, arena_printf(api->arena, "DELETE %s/data?confirmed=true", store),
           "{'keys':['a']}");
    size_is(api, store, strlen(SECOND));
    const char *list = arena_printf(api->arena, "GET /data-stores?teamId=1&id=%s", id);
    assert_string_equal(
        text_of(json_array_get(json_object_get(api_ok(api, OWNER, list, NULL), "dataStores"), 0),
                "size"),
        arena_printf(api->arena, "%zu", strlen(SECOND)));
    size_is(api, "/data-stores/1", strlen(CUSTOMER));
}

static void records_come_with_their_structure_and_their_number(void **state)
{
    static const struct step steps[] = {
        {"GET /data-structures/1", .at = "/dataStructure/spec", .is = "$spec"},
        {"GET /data-stores/1/data?pg[limit]=0", .at = "/spec", .is = "$spec"},
        {"GET /data-stores/1/data?pg[limit]=0", .at = "/strict", .is = "true"},
        {"GET /data-stores/1/data?pg[limit]=0", .at = "/count", .is = "1"},
        {"GET /data-stores/1/data?pg[limit]=0", .at = "/records", .is = "[]"},
        {"POST /data-stores/1/data", "{'data':{}}", .status = 200},
        {"GET /data-stores/1/data?pg[limit]=1", .at = "/count", .is = "2"},
        {"POST /data-stores", STORE, .at = "/dataStore/id", .is = "$bare"},
        {"GET /data-stores/$bare/data", .at = "/spec", .is = "[]"},
        {"GET /data-stores/$bare/data", .at = "/strict", .is = "false"},
        {"GET /data-stores/$bare/data", .at = "/count", .is = "0"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

static void a_record_that_is_put_where_none_was_is_made(void **state)
{
    static const struct step steps[] = {
        {"PUT /data-stores/1/data/new", "{'a':1,'key':'other','data':null}",
         .is = "{'key':'new','data':{'a':1,'key':'other','data':null}}"},
        {"PUT /data-stores/1/data/empty", .is = "{'key':'empty','data':{}}"},
        {"GET /data-stores/1", .at = "/dataStore/records", .is = "3"},
        {"PUT /data-stores/1/data/new", "{'b':2}", .is = "{'key':'new','data':{'b':2}}"},
        {"GET /data-stores/1/data", .at = "/count", .is = "3"},
        {"PUT /data-stores/99/data/new", "{'a':1}", 404, .code = "SC404"},
        {"PUT /data-stores/1/data/list", "[1]", 400, "IM005",
         .says = "is a list; expected an object"},
        {"PATCH /data-stores/1/data/none", "{'a':1}", 404, .code = "SC404"},
        {"PUT /data-stores/1/data/" X64 X64 X64 X64, "{'a':1}", 400, "IM005",
         .says = "^key: cannot be a key"},
        {"GET /data-stores/1/data", .at = "/count", .is = "3"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_record_has_an_object(void **state)
{
    static const char expected[] = "^data: is .*; expected an object";
    static const struct step steps[] = {
        {"POST /data-stores/1/data", "{'key':'k','data':null}", 400, "IM005", .says = expected},
        {"POST /data-stores/1/data", "{'key':'k','data':[]}", 400, "IM005", .says = expected},
        {"POST /data-stores/1/data", "{'key':'k','data':'x'}", 400, "IM005", .says = expected},
        {"POST /data-stores/1/data", "{'key':'k','data':1}", 400, "IM005", .says = expected},
        {"GET /data-stores/1/data", .at = "/count", .is = "1"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

/* -- teams --------------------------------------------------------------------------------------
 */

static void a_new_team_comes_with_the_role_of_who_made_it(void **state)
{
    static const struct step steps[] = {
        {"GET /users/roles?category=team", .at = "/usersRoles/name=Team admin/id", .is = "$role"},
        {"POST /teams",
         "{'name':'T','organizationId':1,'operationsLimit':5,'transferLimit':10000000000}",
         .at = "/userTeamRole",
         .is = "{'usersRoleId':$role,'userId':1001,'teamId':3,'changeable':false}"},
        {"GET /teams/3", .at = "/team/name", .is = "'T'"},
        {"GET /users/1001/user-team-roles/3", .at = "/userTeamRole/usersRoleId", .is = "$role"},
    };
    PEOPLE_RUN(state, NULL, steps);
}

static void a_teams_limit_of_transfer_is_shown_as_a_text(void **state)
{
    static const char no_number[] = "^transferLimit: is no number";
    static const struct step steps[] = {
        {"POST /teams", "{'name':'T','organizationId':1,'transferLimit':10000000000}",
         .at = "/team", .is = "$made"},
        {"GET /teams/3", .at = "/team", .is = "$made"},
        {"GET /teams/3", .at = "/team/transferLimit", .is = "'10000000000'"},
        {"PATCH /teams/3", "{'transferLimit':null}", .at = "/team/transferLimit", .is = NOTHING},
        {"PATCH /teams/3", "{'transferLimit':0}", 400, "IM005", .says = no_number},
        {"PATCH /teams/3", "{'transferLimit':-1}", 400, "IM005", .says = no_number},
        {"PATCH /teams/3", "{'transferLimit':'x'}", 400, "IM005", .says = no_number},
        {"PATCH /teams/3", "{'transferLimit':1.5}", 400, "IM005", .says = no_number},
    };
    PEOPLE_RUN(state, NULL, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(a_data_store_has_the_size_of_its_records),
        PEOPLE_TEST(records_come_with_their_structure_and_their_number),
        PEOPLE_TEST(a_record_that_is_put_where_none_was_is_made),
        PEOPLE_TEST(a_record_has_an_object),
        PEOPLE_TEST(a_new_team_comes_with_the_role_of_who_made_it),
        PEOPLE_TEST(a_teams_limit_of_transfer_is_shown_as_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
