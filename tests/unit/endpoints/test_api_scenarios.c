/* Scenarios in Make's API: made from a blueprint, run, started and stopped, deleted and restored.
 */
#include "tests/unit/endpoints/steps.h"

static void a_run_leaves_a_log_and_counts(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios/2/start", .status = 200},
        {"POST /scenarios/2/run", "{'data':{}}", .at = "/@", .is = "['executionId']"},
        {.at = "/executionId", .is = "$run"},
        {"GET /scenarios/2/logs/$run", .at = "/scenarioLog/status", .is = "1"},
        {.at = "/scenarioLog/teamId", .is = "1"},
        {.at = "/scenarioLog/organizationId", .is = "1"},
        {.at = "/scenarioLog/authorId", .is = "1001"},
        {.at = "/scenarioLog", .is = "$log"},
        {"GET /scenarios/2/logs", .at = "/scenarioLogs/*/id", .is = "['$run']"},
        {.at = "/scenarioLogs/0", .is = "$log"},
        {"GET /scenarios/2/executions/$run", .at = "/status", .is = "'SUCCESS'"},
        {"GET /scenarios/1/executions/$run", NULL, 404, .code = "SC404"},
        {"GET /scenarios/2", .at = "/scenario/operations", .is = "1"},
        {"POST /scenarios/2/run", "{'responsive':true}", .at = "/@",
         .is = "['executionId','status','outputs']"},
    };
    RUN(state, steps);
}

static void a_run_is_named_by_32_hexadecimal_digits(void **state)
{
    struct api *api = *state;
    api_ok(api, OWNER, "POST /scenarios/2/start", NULL);
    json_t *run = api_ok(api, OWNER, "POST /scenarios/2/run", "{'data':{}}");
    assert_true(api_matches("^[0-9a-f]{32}$", text_of(run, "executionId")));
}

#define START "'2026-01-01T00:00:00Z'"
#define LATER "'2026-01-01T00:01:00Z'"

static void a_document_tells_when_it_was_last_changed(void **state)
{
    static const struct step before[] = {
        {"GET /scenarios/1", .at = "/scenario/lastEdit", .is = START},
    };
    static const struct step after[] = {
        {"PATCH /scenarios/1", "{'name':'x'}", .at = "/scenario/created", .is = START},
        {.at = "/scenario/lastEdit", .is = LATER},
        {"POST /scenarios/2/start", .at = "/scenario/created", .is = START},
        {.at = "/scenario/lastEdit", .is = LATER},
        {"GET /scenarios/3", .at = "/scenario/lastEdit", .is = START},
    };
    struct api *api = *state;
    RUN(state, before);
    api->world->tenant.clock.at += 60;
    RUN(state, after);
}

static void a_scenario_starts_and_stops(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios/2/start", .at = "/scenario/isActive", .is = "true"},
        {"GET /scenarios/2", .at = "/scenario/isActive", .is = "true"},
        {"POST /scenarios/2/stop", .at = "/scenario/isActive", .is = "false"},
    };
    RUN(state, steps);
}

static void a_scenario_is_not_made_without_its_scheduling_and_blueprint(void **state)
{
    static const char list[] = "GET /scenarios?teamId=1";
    static const char scheduling[] = "^scheduling: is missing; expected an object, or";
    static const struct step steps[] = {
        {list, .is = BEFORE},
        {"POST /scenarios", "{'teamId':1,'name':'x'}", 400, "IM005", .says = scheduling},
        {list, .is = BEFORE},
        {"POST /scenarios", "{'teamId':1,'name':'x','scheduling':{'type':'immediately'}}", 400,
         "IM005", .says = "^blueprint: is missing; expected an object, or"},
        {list, .is = BEFORE},
        {"POST /scenarios",
         "{'teamId':1,'name':'x','scheduling':null,"
         "'blueprint':{'name':'x','flow':[],'metadata':{}}}",
         400, "IM005", .says = scheduling},
        {list, .is = BEFORE},
    };
    RUN(state, steps);
}

/* -- blueprints ---------------------------------------------------------------------------------
 */

#define FLOW "'flow':[{'id':1}],'metadata':{}"

/* Scenario 5 is made of this body, and has that blueprint and its name. */
static void makes_from_blueprint(void **state, const char *body)
{
    const struct step steps[] = {
        {"POST /scenarios", body, .at = "/scenario/name", .is = "'By blueprint'"},
        {.at = "/scenario/scheduling", .is = "{'type':'on-demand'}"},
        {.at = "/scenario/id", .is = "5"},
        {"GET /scenarios/5/blueprint", .at = "/response/blueprint",
         .is = "{'name':'By blueprint'," FLOW "}"},
        {"POST /scenarios/5/clone?organizationId=1", "{'name':'Copy'}", .at = "/scenario/name",
         .is = "'Copy'"},
        {.at = "/scenario/id", .is = "6"},
        {"GET /scenarios/6/blueprint", .at = "/response/blueprint",
         .is = "{'name':'Copy'," FLOW "}"},
    };
    RUN(state, steps);
}

static void a_scenario_is_named_and_made_from_its_blueprint(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios",
         "{'teamId':1,'blueprint':'{x','scheduling':{'type':'indefinitely','interval':900}}", 400,
         "IM005", .says = "^blueprint: is no JSON"},
    };
    makes_from_blueprint(state, "{'teamId':1,'blueprint':{'name':'By blueprint'," FLOW "},"
                                "'scheduling':{'type':'on-demand'}}");
    RUN(state, steps);
}

static void a_scenario_is_named_and_made_from_its_blueprint_as_text(void **state)
{
    makes_from_blueprint(state, "{'teamId':1,'blueprint':'{\\'name\\':\\'By blueprint\\',"
                                "\\'flow\\':[{\\'id\\':1}],\\'metadata\\':{}}',"
                                "'scheduling':'{\\'type\\':\\'on-demand\\'}'}");
}

static void a_deleted_scenario_comes_back_with_all_that_it_had(void **state)
{
    static const struct step steps[] = {
        {"PATCH /scenarios/1", "{'blueprint':{'name':'Kept','flow':[]}}", .status = 200},
        {"GET /scenarios/1", .is = "$whole"},
        {"DELETE /scenarios/1", .status = 200},
        {"GET /scenarios/1", NULL, 404, .code = "SC404"},
        {"GET /scenarios/trash/count", .is = "{'count':1}"},
        {"POST /scenarios/1/restore", .is = "$whole"},
        {"GET /scenarios/1", .is = "$whole"},
        {"GET /scenarios/1/blueprint", .at = "/response/blueprint",
         .is = "{'name':'Kept','flow':[]}"},
        {"GET /scenarios/trash/count", .is = "{'count':0}"},
        {"POST /scenarios/1/restore", NULL, 404, .code = "SC404"},
    };
    RUN(state, steps);
}

#define PROPERTIES "/scenarios/1/custom-properties"

static void custom_properties_are_posted_once_and_then_changed(void **state)
{
    static const struct step steps[] = {
        {"PATCH " PROPERTIES, "{'a':1}", 400, "IM013", .says = "not there yet"},
        {"PUT " PROPERTIES, "{'a':1}", 400, "IM013", .says = "not there yet"},
        {"POST " PROPERTIES, "{'a':1,'b':2}", .is = "{'customProperties':{'a':1,'b':2}}"},
        {"POST " PROPERTIES, "{'a':3}", 400, "IM005", .says = "there already"},
        {"PATCH " PROPERTIES, "{'b':3}", .is = "{'customProperties':{'a':1,'b':3}}"},
        {"PUT " PROPERTIES, "{'c':4}", .is = "{'customProperties':{'c':4}}"},
        {"DELETE " PROPERTIES, .status = 200},
        {"GET " PROPERTIES, .is = "{'customProperties':{}}"},
    };
    RUN(state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_leaves_a_log_and_counts),
        TEST(a_run_is_named_by_32_hexadecimal_digits),
        TEST(a_document_tells_when_it_was_last_changed),
        TEST(a_scenario_starts_and_stops),
        TEST(a_scenario_is_not_made_without_its_scheduling_and_blueprint),
        TEST(a_scenario_is_named_and_made_from_its_blueprint),
        TEST(a_scenario_is_named_and_made_from_its_blueprint_as_text),
        TEST(a_deleted_scenario_comes_back_with_all_that_it_had),
        TEST(custom_properties_are_posted_once_and_then_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
