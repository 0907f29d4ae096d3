/* Lists of Make's API that are more than their documents: folders in folders, and members that are
 * computed. */
#include "tests/unit/endpoints/steps.h"

/* -- folders ------------------------------------------------------------------------------------
 */

#define FOLDERS "GET /scenarios-folders?teamId=1"

/* Campaigns (1, with scenario 1) and CRM (2) / cleanup (3) / deep (4): scenario 5 is in CRM, 6 and
 * 7 in deep. */
static int with_tree(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios-folders", "{'name':'CRM','teamId':1,'parentId':null}",
         .at = "/scenarioFolder/id", .is = "2"},
        {"POST /scenarios-folders", "{'name':'cleanup','teamId':1,'parentId':2}",
         .at = "/scenarioFolder/id", .is = "3"},
        {"POST /scenarios-folders", "{'name':'deep','teamId':1,'parentId':3}",
         .at = "/scenarioFolder/id", .is = "4"},
        {"POST /scenarios", SCENARIO("s0", 1, "'folderId':2,"), .at = "/scenario/id", .is = "5"},
        {"POST /scenarios", SCENARIO("s1", 1, "'folderId':4,"), .at = "/scenario/id", .is = "6"},
        {"POST /scenarios", SCENARIO("s2", 1, "'folderId':4,"), .at = "/scenario/id", .is = "7"},
    };
    if (api_begin(state) != 0) {
        return -1;
    }
    RUN(state, steps);
    return 0;
}

static void folders_at_the_top_are_listed_with_those_in_them(void **state)
{
    static const struct step steps[] = {
        {FOLDERS, .at = "/scenariosFolders/*/id", .is = "[1,2]"},
        {FOLDERS, .at = "/scenariosFolders/0/name", .is = "'Campaigns'"},
        {FOLDERS, .at = "/scenariosFolders/0/children", .is = NOTHING},
        {FOLDERS, .at = "/scenariosFolders/1/parentId", .is = "null"},
        {FOLDERS, .at = "/scenariosFolders/1/children/*/id", .is = "[3]"},
        {FOLDERS, .at = "/scenariosFolders/1/children/*/parentId", .is = "[2]"},
        {FOLDERS, .at = "/scenariosFolders/1/children/0/children", .is = NOTHING},
    };
    RUN(state, steps);
}

static void folders_in_one_folder_are_listed(void **state)
{
    static const struct step steps[] = {
        {FOLDERS "&parentId=2", .at = "/scenariosFolders/*/id", .is = "[3]"},
        {FOLDERS "&parentId=2", .at = "/scenariosFolders/0/children/*/id", .is = "[4]"},
        {FOLDERS "&parentId=4", .at = "/scenariosFolders", .is = "[]"},
    };
    RUN(state, steps);
}

static void folders_are_listed_with_all_that_is_below_them(void **state)
{
    static const struct step steps[] = {
        {FOLDERS "&childrenDepth=all", .at = "/scenariosFolders/1/id", .is = "2"},
        {FOLDERS "&childrenDepth=all", .at = "/scenariosFolders/1/children/0/id", .is = "3"},
        {FOLDERS "&childrenDepth=all", .at = "/scenariosFolders/1/children/0/children/0/id",
         .is = "4"},
        {FOLDERS "&childrenDepth=2", NULL, 400, "IM005",
         .says = "^childrenDepth: '2' is no depth; expected all"},
    };
    RUN(state, steps);
}

static void children_of_folders_have_the_columns_that_were_asked_for(void **state)
{
    static const struct step steps[] = {
        {FOLDERS "&cols[]=id&cols[]=children", .at = "/scenariosFolders",
         .is = "[{'id':1,'children':[]},{'id':2,'children':[{'id':3,'children':[]}]}]"},
        {FOLDERS "&cols[]=id", .at = "/scenariosFolders", .is = "[{'id':1},{'id':2}]"},
        {FOLDERS "&cols[]=child", NULL, 400, "IM005",
         .says = "^cols\\[\\]: 'child' is no column of folders"},
    };
    RUN(state, steps);
    struct api *api = *state;
    json_t *all =
        json_object_get(api_ok(api, OWNER, FOLDERS "&cols[]=*", NULL), "scenariosFolders");
    json_t *plain = json_object_get(api_ok(api, OWNER, FOLDERS, NULL), "scenariosFolders");
    assert_non_null(plain);
    assert_true(json_equal(all, plain));
}

#define PLACES                                                                                     \
    FOLDERS "&cols[]=path&cols[]=scenariosTotal&cols[]=scenariosSubtreeTotal&cols[]=hasChildren"
#define PLACE(path, total, below, has)                                                             \
    "{'path':'" path "','scenariosTotal':" #total ",'scenariosSubtreeTotal':" #below               \
    ",'hasChildren':" #has "}"

static void a_folder_tells_where_it_is_and_what_is_in_it(void **state)
{
    static const struct step steps[] = {
        {PLACES, .at = "/scenariosFolders",
         .is = "[" PLACE("Campaigns", 1, 1, false) "," PLACE("CRM", 1, 3, true) "]"},
        {PLACES "&parentId=2", .at = "/scenariosFolders",
         .is = "[" PLACE("CRM/cleanup", 0, 2, true) "]"},
        {PLACES "&parentId=3", .at = "/scenariosFolders",
         .is = "[" PLACE("CRM/cleanup/deep", 2, 2, false) "]"},
        {"PATCH /scenarios-folders/2", "{'name':'Sales'}", .status = 200},
        {"PATCH /scenarios-folders/3", "{'parentId':1}", .at = "/scenarioFolder/path",
         .is = "'Campaigns/cleanup'"},
        {.at = "/scenarioFolder/scenariosSubtreeTotal", .is = "2"},
        {PLACES, .at = "/scenariosFolders",
         .is = "[" PLACE("Campaigns", 1, 3, true) "," PLACE("Sales", 1, 1, false) "]"},
    };
    RUN(state, steps);
}

static void a_folder_tells_how_many_deleted_scenarios_were_in_it_when_asked(void **state)
{
    static const struct step steps[] = {
        {FOLDERS, .at = "/scenariosFolders/0/scenariosDeleted", .is = NOTHING},
        {"DELETE /scenarios/1", .status = 200},
        {"DELETE /scenarios/6", .status = 200},
        {FOLDERS "&cols[]=scenariosDeleted&cols[]=scenariosDeletedSubtreeTotal"
                 "&cols[]=scenariosSubtreeTotal",
         .at = "/scenariosFolders",
         .is = "[{'scenariosDeleted':1,'scenariosDeletedSubtreeTotal':1,"
               "'scenariosSubtreeTotal':0},"
               "{'scenariosDeleted':0,'scenariosDeletedSubtreeTotal':1,"
               "'scenariosSubtreeTotal':2}]"},
    };
    RUN(state, steps);
}

/* -- order and search ---------------------------------------------------------------------------
 */

static void false_comes_before_true(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios?pg[sortBy]=isActive", .at = "/scenarios/*/id", .is = "[2,1,3,4]"},
        {"GET /scenarios?pg[sortBy]=isActive&pg[sortDir]=desc", .at = "/scenarios/*/id",
         .is = "[1,3,4,2]"},
    };
    RUN(state, steps);
}

static void add_templates(json_t *fixture)
{
    json_object_set_new(fixture, "resources",
                        json_from("{'public-templates':["
                                  "{'id':1,'name':'Webhook to E-mail','url':'t1','usage':7},"
                                  "{'id':2,'name':'Sheet (new rows)','url':'t2','usage':9},"
                                  "{'id':3,'name':'Two webhooks','url':'t3','usage':8}]}"));
}

static int with_templates(void **state)
{
    return api_open(state, add_templates);
}

#define TEMPLATES "GET /templates/public"

static void public_templates_are_searched_by_name_and_the_most_used_comes_first(void **state)
{
    static const struct step steps[] = {
        {TEMPLATES, .at = "/templatesPublic/*/id", .is = "[2,3,1]"},
        {TEMPLATES "?name=webhook", .at = "/templatesPublic/*/id", .is = "[3,1]"},
        {TEMPLATES "?name=E-MAIL", .at = "/templatesPublic/*/id", .is = "[1]"},
        {TEMPLATES "?name=(new", .at = "/templatesPublic/*/id", .is = "[2]"},
        {TEMPLATES "?name=w.bhook", .at = "/templatesPublic/*/id", .is = "[]"},
        {TEMPLATES "?pg[sortBy]=id", .at = "/templatesPublic/*/id", .is = "[1,2,3]"},
        {TEMPLATES "?name=web&name=sheet", .at = "/templatesPublic/*/id", .is = "[2,3,1]"},
        {TEMPLATES, .at = "/pg/sortDir", .is = "'desc'"},
    };
    RUN(state, steps);
}

#define ITEMS "/custom-property-structures/1/custom-property-structure-items"
#define NAMES "/customPropertyStructureItems/*/name"

static void items_of_custom_properties_are_searched_by_expressions(void **state)
{
    static const struct step steps[] = {
        {"POST " ITEMS,
         "{'name':'city','label':'City','description':'Where it is','type':'number',"
         "'required':false}",
         .status = 200},
        {"GET " ITEMS "?name=DEPART", .at = NAMES, .is = "['department']"},
        {"GET " ITEMS "?name=%5Ed%7Cy%24", .at = NAMES, .is = "['department','city']"},
        {"GET " ITEMS "?name=%5Ec.%7B2%7Dy%24", .at = NAMES, .is = "['city']"},
        {"GET " ITEMS "?name=%5Eity", .at = NAMES, .is = "[]"},
        {"GET " ITEMS "?label=%5Edep", .at = NAMES, .is = "['department']"},
        {"GET " ITEMS "?type=number", .at = NAMES, .is = "['city']"},
        {"GET " ITEMS "?description=where+it", .at = NAMES, .is = "['city']"},
    };
    RUN(state, steps);
}

static void an_expression_that_is_none_is_refused(void **state)
{
    struct api *api = *state;
    char long_one[1002];
    memset(long_one, 'a', sizeof(long_one) - 1);
    long_one[sizeof(long_one) - 1] = '\0';
    const char *const expressions[] = {"(",     "[a", "*", "a{2,1}", "((a{1000}){1000}){1000}",
                                       long_one};
    for (size_t i = 0; i < COUNT(expressions); i++) {
        const char *call = arena_printf(api->arena, "GET " ITEMS "?name=%s",
                                        str_percent_encode(api->arena, expressions[i]));
        api_refused(api, OWNER, call, NULL, 400, "IM005",
                    "^name: '.*' is no regular expression: .+, at offset [0-9]+; expected a "
                    "regular expression [(]PCRE2[)]");
    }
}

static void an_expression_of_too_many_steps_is_refused_and_keeps_nobody_waiting(void **state)
{
    static const struct step steps[] = {
        {"POST " ITEMS,
         "{'name':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab','label':'City',"
         "'type':'number','required':false}",
         .status = 200},
        {"GET " ITEMS "?name=%5E((a%2B)%2B)%2B%24", NULL, 400, "IM005",
         .says = "^name: '.*' takes too many steps to look for; expected a regular expression that "
                 "does not repeat what repeats"},
    };
    RUN(state, steps);
}

/* -- computed members ---------------------------------------------------------------------------
 */

static void active_scenarios_are_counted(void **state)
{
    static const char teams[] = "GET /teams?organizationId=1";
    static const struct step steps[] = {
        {"GET /teams/1", .at = "/team/activeScenarios", .is = "2"},
        {teams, .at = "/teams/*/activeScenarios", .is = "[2,1]"},
        {"GET /organizations/1", .at = "/organization/activeScenarios", .is = "3"},
        {"POST /scenarios/2/start", .status = 200},
        {"GET /teams/1", .at = "/team/activeScenarios", .is = "3"},
        {teams, .at = "/teams/*/activeScenarios", .is = "[3,1]"},
        {"GET /organizations/1", .at = "/organization/activeScenarios", .is = "4"},
        {"POST /scenarios/3/stop", .status = 200},
        {"GET /teams/1", .at = "/team/activeScenarios", .is = "3"},
        {teams, .at = "/teams/*/activeScenarios", .is = "[3,0]"},
        {"GET /organizations/1", .at = "/organization/activeScenarios", .is = "3"},
    };
    RUN(state, steps);
}

static void an_agent_counts_the_systems_that_use_it(void **state)
{
    static const char agent[] = "GET /agents/" UUID("71");
    static const struct step steps[] = {
        {agent, .at = "/agent/systemConnectionsCount", .is = "1"},
        {"POST /connected-systems",
         "{'name':'x','organizationId':1,'agentId':'" UUID("71") "','appName':'http'}",
         .status = 200},
        {agent, .at = "/agent/systemConnectionsCount", .is = "2"},
        {"DELETE /connected-systems/" UUID("73"), .status = 200},
        {agent, .at = "/agent/systemConnectionsCount", .is = "1"},
    };
    RUN(state, steps);
}

static void what_audit_logs_can_be_filtered_by_comes_in_groups(void **state)
{
    static const struct step steps[] = {
        {"GET /audit-logs/organization/1/filters", .at = "/filters/@",
         .is = "['users','teams','events']"},
        {"GET /audit-logs/organization/1/filters", .at = "/filters/events/*/@",
         .is = "[['header','items']]"},
        {"GET /audit-logs/team/1/filters", .at = "/filters/@", .is = "['users','teams','events']"},
        {"GET /audit-logs/team/1/filters", .at = "/filters/events/*/@",
         .is = "[['header','items']]"},
    };
    RUN(state, steps);
}

#define IN_TREE(name) cmocka_unit_test_setup_teardown(name, with_tree, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TREE(folders_at_the_top_are_listed_with_those_in_them),
        IN_TREE(folders_in_one_folder_are_listed),
        IN_TREE(folders_are_listed_with_all_that_is_below_them),
        IN_TREE(children_of_folders_have_the_columns_that_were_asked_for),
        IN_TREE(a_folder_tells_where_it_is_and_what_is_in_it),
        IN_TREE(a_folder_tells_how_many_deleted_scenarios_were_in_it_when_asked),
        TEST(false_comes_before_true),
        cmocka_unit_test_setup_teardown(
            public_templates_are_searched_by_name_and_the_most_used_comes_first, with_templates,
            api_end),
        TEST(items_of_custom_properties_are_searched_by_expressions),
        TEST(an_expression_that_is_none_is_refused),
        TEST(an_expression_of_too_many_steps_is_refused_and_keeps_nobody_waiting),
        TEST(active_scenarios_are_counted),
        TEST(an_agent_counts_the_systems_that_use_it),
        TEST(what_audit_logs_can_be_filtered_by_comes_in_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
