/* Members of Make's documents that name other documents: what they name is there, in the same team
 * or organization, and is no longer named once it is gone. */
#include "tests/unit/endpoints/steps.h"

static void members_that_name_documents_are_members_and_name_collections(void **state)
{
    struct api *api = *state;
    size_t count, references = 0;
    catalogue_read(api->world->catalogue);
    const struct collection *collections = catalogue_collections(api->world->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        const char *member;
        json_t *to;
        json_object_foreach((json_t *)(uintptr_t)collections[i].refers, member, to)
        {
            if (json_object_get(collections[i].fresh, member) == NULL ||
                catalogue_collection(api->world->catalogue, json_string_value(to)) == NULL) {
                fail_msg("%s of %s names %s", member, collections[i].name, json_string_value(to));
            }
            references++;
        }
    }
    assert_true(references >= 13);
}

/* Each row is refused, and leaves the answers to these calls as they were. */
static void refuses_and_keeps(struct api *api, const struct api_row *rows, size_t count,
                              const char *const kept[], size_t kept_count)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *before[8];
        assert_true(kept_count <= COUNT(before));
        for (size_t k = 0; k < kept_count; k++) {
            before[k] = api_ok(api, OWNER, kept[k], NULL);
        }
        api_refuses(api, OWNER, &rows[i], 1);
        for (size_t k = 0; k < kept_count; k++) {
            if (!json_equal(before[k], api_ok(api, OWNER, kept[k], NULL))) {
                fail_msg("%s %s: %s answers otherwise", rows[i].call, rows[i].body, kept[k]);
            }
        }
    }
}

static void a_member_names_a_document_that_is_there(void **state)
{
    static const char *const kept[] = {"GET /scenarios", "GET /scenarios-folders",
                                       "GET /data-stores", "GET /hooks"};
    static const struct api_row rows[] = {
        {"PATCH /scenarios/1", "{'folderId':99}", 400, "IM005",
         "^folderId: there is no scenarioFolder 99 in team 1; expected the id of one in team 1, or "
         "null"},
        {"PATCH /scenarios/1", "{'hookId':99}", 400, "IM005",
         "^hookId: there is no hook 99 in team 1"},
        {"POST /scenarios/1/clone", "{'folderId':99}", 400, "IM005",
         "^folderId: there is no scenarioFolder 99"},
        {"PATCH /scenarios-folders/1", "{'parentId':99}", 400, "IM005",
         "^parentId: there is no scenarioFolder 99"},
        {"PATCH /scenarios-folders/1", "{'parentId':'1'}", 400, "IM005",
         "^parentId: there is no scenarioFolder '1'"},
        {"PATCH /data-stores/1", "{'datastructureId':99}", 400, "IM005",
         "^datastructureId: there is no dataStructure 99"},
        {"PATCH /connected-systems/" UUID("73"), "{'agentId':'" UUID("99") "'}", 400, "IM005",
         "^agentId: there is no agent '" UUID("99") "' in organization 1"},
        {"PATCH /sdk/apps/example-shop/1/modules/listOrders", "{'connection':'none'}", 400, "IM005",
         "^connection: there is no appConnection 'none'; expected the name of one, or "
         "null"},
    };
    refuses_and_keeps(*state, rows, COUNT(rows), kept, COUNT(kept));
}

static void a_new_document_names_one_that_is_there(void **state)
{
    static const char *const kept[] = {"GET /scenarios", "GET /scenarios-folders",
                                       "GET /data-stores", "GET /connected-systems",
                                       "GET /sdk/apps/example-shop/1/rpcs"};
    static const struct api_row rows[] = {
        {"POST /scenarios", SCENARIO("x", 1, "'folderId':99,"), 400, "IM005",
         "^folderId: there is no "},
        {"POST /scenarios-folders", "{'name':'x','teamId':1,'parentId':99}", 400, "IM005",
         "^parentId: there is no "},
        {"POST /data-stores", "{'name':'x','teamId':1,'maxSizeMB':1,'datastructureId':99}", 400,
         "IM005", "^datastructureId: there is no "},
        {"POST /connected-systems",
         "{'name':'x','organizationId':1,'agentId':'" UUID("99") "','appName':'http'}", 400,
         "IM005", "^agentId: there is no "},
        {"POST /ai-agents/v1/contexts", "{'teamId':1,'agentId':'" UUID("99") "'}", 400, "IM005",
         "^agentId: there is no "},
        {"POST /sdk/apps/example-shop/1/rpcs", "{'name':'x','label':'x','connection':'none'}", 400,
         "IM005", "^connection: there is no "},
    };
    refuses_and_keeps(*state, rows, COUNT(rows), kept, COUNT(kept));
}

/* -- elsewhere ----------------------------------------------------------------------------------
 */

static void own_both(json_t *fixture)
{
    json_t *first = json_array_get(json_object_get(fixture, "users"), 0);
    json_object_set_new(first, "organizations",
                        json_from("[{'id':1,'role':'Owner'},{'id':2,'role':'Owner'}]"));
}

static int with_both(void **state)
{
    return api_open(state, own_both);
}

static void what_another_team_or_organization_has_is_not_named(void **state)
{
    static const char there[] = " in (team|organization) 1; expected ";
    struct api *api = *state;
    json_auto_t *agent = json_at(
        api_ok(api, OWNER, "POST /agent/register", "{'name':'A','organizationId':2}"), "/agent/id");
    const char *body = arena_printf(api->arena, "{'agentId':'%s'}", json_string_value(agent));
    const struct step steps[] = {
        {"POST /scenarios-folders", "{'name':'Other','teamId':2,'parentId':null}",
         .at = "/scenarioFolder/id", .is = "2"},
        {"POST /data-structures", "{'name':'S','teamId':2,'spec':[],'strict':false}",
         .at = "/dataStructure/id", .is = "2"},
        {"PATCH /scenarios/1", "{'folderId':2}", 400, "IM005", .says = there},
        {"PATCH /scenarios-folders/1", "{'parentId':2}", 400, "IM005", .says = there},
        {"POST /scenarios", SCENARIO("x", 1, "'folderId':2,"), 400, "IM005", .says = there},
        {"PATCH /data-stores/1", "{'datastructureId':2}", 400, "IM005", .says = there},
        {"PATCH /connected-systems/" UUID("73"), body, 400, "IM005", .says = there},
    };
    RUN(state, steps);
}

static void what_is_there_is_named_and_null_names_nothing(void **state)
{
    struct api *api = *state;
    json_auto_t *agent = json_at(
        api_ok(api, OWNER, "POST /agent/register", "{'name':'A','organizationId':1}"), "/agent/id");
    const char *id = arena_printf(api->arena, "'%s'", json_string_value(agent));
    const char *body = arena_printf(
        api->arena, "{'name':'x','organizationId':1,'agentId':%s,'appName':'http'}", id);
    const struct step steps[] = {
        {"POST /scenarios-folders", "{'name':'Other','teamId':1,'parentId':null}",
         .at = "/scenarioFolder/id", .is = "2"},
        {"PATCH /scenarios/2", "{'folderId':2}", .at = "/scenario/folderId", .is = "2"},
        {"PATCH /scenarios/2", "{'folderId':null}", .at = "/scenario/folderId", .is = "null"},
        {"POST /connected-systems", body, .at = "/connectedSystem/agentId", .is = id},
    };
    RUN(state, steps);
}

static void a_copy_in_another_team_names_nothing_of_the_first(void **state)
{
    static const char clone[] = "POST /scenarios/1/clone";
    static const struct step steps[] = {
        {clone, "{'name':'Here'}", .at = "/scenario/folderId", .is = "1"},
        {clone, "{'name':'There','teamId':2}", .at = "/scenario/id", .is = "6"},
        {"GET /scenarios/6", .at = "/scenario/teamId", .is = "2"},
        {"GET /scenarios/6", .at = "/scenario/folderId", .is = "null"},
        {"GET /scenarios/6", .at = "/scenario/hookId", .is = "null"},
        {clone, "{'name':'There','teamId':2}", .at = "/scenario/teamId", .is = "2"},
        {clone, "{'name':'There','teamId':2}", .at = "/scenario/folderId", .is = "null"},
        {clone, "{'name':'There','teamId':2}", .at = "/scenario/hookId", .is = "null"},
        {"POST /scenarios-folders", "{'name':'Other','teamId':2,'parentId':null}",
         .at = "/scenarioFolder/id", .is = "2"},
        {clone, "{'name':'In','teamId':2,'folderId':2}", .at = "/scenario/folderId", .is = "2"},
        {clone, "{'name':'In','teamId':2,'folderId':1}", 400, "IM005",
         .says = "^folderId: there is no .* in team 2"},
    };
    RUN(state, steps);
}

/* -- below itself, and gone ---------------------------------------------------------------------
 */

static void no_folder_is_below_itself(void **state)
{
    static const char says[] =
        "^parentId: puts scenarioFolder 2 below itself; expected one that is not below it";
    static const struct step steps[] = {
        {"POST /scenarios-folders", "{'name':'a','teamId':1,'parentId':null}",
         .at = "/scenarioFolder/id", .is = "2"},
        {"POST /scenarios-folders", "{'name':'b','teamId':1,'parentId':2}",
         .at = "/scenarioFolder/id", .is = "3"},
        {"POST /scenarios-folders", "{'name':'c','teamId':1,'parentId':3}",
         .at = "/scenarioFolder/id", .is = "4"},
        {"PATCH /scenarios-folders/2", "{'parentId':2}", 400, "IM005", .says = says},
        {"PATCH /scenarios-folders/2", "{'parentId':3}", 400, "IM005", .says = says},
        {"PATCH /scenarios-folders/2", "{'parentId':4}", 400, "IM005", .says = says},
        {"PATCH /scenarios-folders/4", "{'parentId':2}", .at = "/scenarioFolder/parentId",
         .is = "2"},
        {"PATCH /scenarios-folders/3", "{'parentId':4}", .at = "/scenarioFolder/parentId",
         .is = "4"},
    };
    RUN(state, steps);
}

static void a_document_that_is_deleted_is_named_no_more(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios-folders", "{'name':'Below','teamId':1,'parentId':1}",
         .at = "/scenarioFolder/id", .is = "2"},
        {"PATCH /scenarios/1", "{'folderId':1,'hookId':1}", .status = 200},
        {"PATCH /scenarios/2", "{'folderId':2}", .status = 200},
        {"DELETE /scenarios-folders/1", .status = 200},
        {"GET /scenarios?teamId=1", .at = "/scenarios/*/folderId", .is = "[null,2,null]"},
        {"GET /scenarios-folders?teamId=1", .at = "/scenariosFolders/0/parentId", .is = "null"},
        {"DELETE /hooks/1?confirmed=true", .status = 200},
        {"GET /scenarios/1", .at = "/scenario/hookId", .is = "null"},
        {"DELETE /data-structures/1?confirmed=true", .status = 200},
        {"GET /data-stores/1", .at = "/dataStore/datastructureId", .is = "null"},
        {"DELETE /agents/" UUID("71"), .status = 200},
        {"GET /connected-systems/" UUID("73"), .at = "/connectedSystem/agentId", .is = "null"},
    };
    RUN(state, steps);
}

static void a_connection_of_an_app_that_is_deleted_is_named_no_more(void **state)
{
    static const char module[] = "GET /sdk/apps/example-shop/1/modules/listOrders";
    static const struct step steps[] = {
        {"PATCH /sdk/apps/example-shop/1/modules/listOrders",
         "{'connection':'example-shop','webhook':'example-shop'}", .status = 200},
        {"DELETE /sdk/apps/connections/example-shop", .status = 200},
        {module, .at = "/appModule/connection", .is = "null"},
        {module, .at = "/appModule/webhook", .is = "'example-shop'"},
    };
    RUN(state, steps);
}

static void a_scenario_that_comes_back_is_not_in_a_folder_that_went(void **state)
{
    static const struct step steps[] = {
        {"DELETE /scenarios/1", .status = 200},
        {"DELETE /scenarios-folders/1", .status = 200},
        {"POST /scenarios/1/restore", .at = "/scenario/folderId", .is = "null"},
        {"GET /scenarios/1", .at = "/scenario/folderId", .is = "null"},
    };
    RUN(state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(members_that_name_documents_are_members_and_name_collections),
        TEST(a_member_names_a_document_that_is_there),
        TEST(a_new_document_names_one_that_is_there),
        cmocka_unit_test_setup_teardown(what_another_team_or_organization_has_is_not_named,
                                        with_both, api_end),
        TEST(what_is_there_is_named_and_null_names_nothing),
        TEST(a_copy_in_another_team_names_nothing_of_the_first),
        TEST(no_folder_is_below_itself),
        TEST(a_document_that_is_deleted_is_named_no_more),
        TEST(a_connection_of_an_app_that_is_deleted_is_named_no_more),
        TEST(a_scenario_that_comes_back_is_not_in_a_folder_that_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
