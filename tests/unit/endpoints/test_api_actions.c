/* What operations of Make's API do to a document besides making, changing and deleting it. */
#include "tests/unit/endpoints/steps.h"

static void a_hook_is_switched_on_and_off_and_learns_and_stops_learning(void **state)
{
    static const struct step steps[] = {
        {"POST /hooks/1/disable", .is = "{'success':true}"},
        {"GET /hooks/1", .at = "/hook/enabled", .is = "false"},
        {"POST /hooks/1/enable", .is = "{'success':true}"},
        {"GET /hooks/1", .at = "/hook/enabled", .is = "true"},
        {"POST /hooks/1/learn-start", .is = "{'success':true}"},
        {"GET /hooks/1", .at = "/hook/learning", .is = "true"},
        {"POST /hooks/1/learn-stop", .is = "{'success':true}"},
        {"GET /hooks/1", .at = "/hook/learning", .is = "false"},
    };
    RUN(state, steps);
}

static void a_connection_is_tested_and_is_as_before(void **state)
{
    static const struct step steps[] = {
        {"GET /connections/1", .is = BEFORE},
        {"POST /connections/1/test", .is = "{'verified':true}"},
        {"GET /connections/1", .is = BEFORE},
        {"POST /connections/99/test", NULL, 404, .code = "SC404"},
    };
    RUN(state, steps);
}

static void what_a_connection_was_given_is_not_shown(void **state)
{
    static const struct step steps[] = {
        {"GET /connections/1", .is = BEFORE},
        {"POST /connections/1/set-data", "{'apiKey':'not-for-anybody'}", .is = "{'changed':true}"},
        {"GET /connections/1", .is = BEFORE},
    };
    RUN(state, steps);
}

static void a_record_that_is_not_there_is_not_changed(void **state)
{
    static const struct step steps[] = {
        {"GET /data-stores/1/data", .is = BEFORE},
        {"PATCH /data-stores/1/data/none", "{'a':1}", 404, .code = "SC404"},
        {"GET /data-stores/1/data", .is = BEFORE},
        {"GET /data-stores/1/data", .at = "/records/*/key", .is = "['customer-1']"},
        {"GET /data-stores/1", .at = "/dataStore/records", .is = "1"},
    };
    RUN(state, steps);
}

static void a_record_without_a_key_is_given_one(void **state)
{
    struct api *api = *state;
    const char *key =
        text_of(api_ok(api, OWNER, "POST /data-stores/1/data", "{'data':{'a':1}}"), "key");
    assert_int_equal(strlen(key), 32);
    assert_int_equal(strspn(key, "0123456789abcdef"), 32);
    const char *call = arena_printf(api->arena, "PUT /data-stores/1/data/%s", key);
    assert_json(json_object_get(api_ok(api, OWNER, call, "{'b':2}"), "data"), "{'b':2}");
}

static void the_same_key_in_two_data_stores_is_two_records(void **state)
{
    static const struct step steps[] = {
        {"POST /data-stores", "{'name':'Other','teamId':1,'maxSizeMB':1}", .at = "/dataStore/id",
         .is = "2"},
        {"POST /data-stores/2/data", "{'key':'customer-1','data':{'other':true}}", .status = 200},
        {"DELETE /data-stores/2?confirmed=true", .status = 200},
        {"GET /data-stores/1/data", .at = "/records/*/key", .is = "['customer-1']"},
        {"GET /data-stores/2/data", NULL, 404, .code = "SC404"},
    };
    RUN(state, steps);
}

static void a_team_takes_all_that_is_in_it_along(void **state)
{
    static const struct step steps[] = {
        {"DELETE /scenarios/1", .status = 200}, /* into the trash */
        {"DELETE /teams/1?confirmed=true", .is = "{'team':1}"},
        {"GET /teams/1", NULL, 404, .code = "SC404"},
        {"GET /scenarios/2", NULL, 404, .code = "SC404"},
        {"GET /hooks/1", NULL, 404, .code = "SC404"},
        {"GET /connections/1", NULL, 404, .code = "SC404"},
        {"GET /data-stores/1/data", NULL, 404, .code = "SC404"},
        {"GET /teams/1/variables", NULL, 404, .code = "SC404"},
        {"GET /scenarios?teamId=1", NULL, 404, .code = "SC404"},
        {"GET /scenarios", .at = "/scenarios/*/id", .is = "[3]"},
        {"GET /scenarios/trash/count", .is = "{'count':0}"},
        {"POST /scenarios/1/restore", NULL, 404, .code = "SC404"},
    };
    RUN(state, steps);
}

static void a_deletion_of_several_names_them_in_a_list(void **state)
{
    static const char call[] = "DELETE /data-stores/1/data?confirmed=true";
    static const struct step steps[] = {
        {"GET /data-stores/1/data", .is = BEFORE},
        {call, "{'keys':'customer-1'}", 400, "IM005", .says = "^ids: is missing"},
        {call, "{'ids':{'customer-1':true}}", 400, "IM005", .says = "^ids: is missing"},
        {call, "{'all':'true'}", 400, "IM005", .says = "^ids: is missing"},
        {call, "{'exceptIds':[]}", 400, "IM005", .says = "^ids: is missing"},
        {call, "{'all':false}", 400, "IM005", .says = "^ids: is missing"},
        {call, "{'ids':[]}", .is = "{'records':[]}"},
        {"GET /data-stores/1/data", .is = BEFORE},
    };
    RUN(state, steps);
}

static void a_switch_that_is_thrown_does_not_obey_the_body(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios/2/start", "{'isActive':false}", .at = "/scenario/isActive", .is = "true"},
        {"POST /scenarios/2/stop", "{'id':3}", 400, "IM005", .says = "^id: cannot be changed"},
        {"GET /scenarios/2", .at = "/scenario/isActive", .is = "true"},
    };
    RUN(state, steps);
}

static void the_fixed_members_of_a_document_stay(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1", .is = BEFORE},
        {"PATCH /scenarios/1", "{'id':2}", 400, .code = "IM005"},
        {"PATCH /scenarios/1", "{'teamId':2}", 404, .code = "SC404"},
        {"PATCH /scenarios/1", "{'teamId':0}", 400, .code = "IM005"},
        {"PATCH /scenarios/1", "{'id':'1'}", 400, .code = "IM005"},
        {"GET /scenarios/1", .is = BEFORE},
    };
    RUN(state, steps);
}

static void what_a_document_needs_is_not_taken_away(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1", .is = BEFORE},
        {"GET /teams/1", .is = BEFORE},
        {"GET /data-stores/1", .is = BEFORE},
        {"PATCH /scenarios/1", "{'name':''}", 400, "IM005", .says = "^name: is (empty|missing)"},
        {"GET /scenarios/1", .is = BEFORE},
        {"PATCH /scenarios/1", "{'name':null}", 400, "IM005", .says = "^name: is (empty|missing)"},
        {"GET /scenarios/1", .is = BEFORE},
        {"PATCH /teams/1", "{'name':''}", 400, "IM005", .says = "^name: is (empty|missing)"},
        {"GET /teams/1", .is = BEFORE},
        {"POST /scenarios/1/start", "{'name':''}", 400, "IM005",
         .says = "^name: is (empty|missing)"},
        {"GET /scenarios/1", .is = BEFORE},
        {"PATCH /data-stores/1", "{'name':''}", 400, "IM005", .says = "^name: is (empty|missing)"},
        {"GET /data-stores/1", .is = BEFORE},
    };
    RUN(state, steps);
}

static void new_numbers_are_numbers(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios", SCENARIO("x", 1, ""), .at = "/scenario/id", .is = "5"},
        {"POST /teams", "{'organizationId':1,'name':'x'}", .at = "/team/id", .is = "3"},
        {"POST /hooks", "{'teamId':1,'name':'x','typeName':'gateway-webhook'}", .at = "/hook/id",
         .is = "2"},
    };
    RUN(state, steps);
}

/* -- who sees what ------------------------------------------------------------------------------
 */

static void add_monitor_and_strangers(json_t *fixture)
{
    add_user(fixture, "3000", "{}");
    add_user(fixture, "3001", "{'teams':[{'id':1,'role':'Team monitoring'}]}");
    add_user(fixture, "3002", "{'organizations':[{'id':2,'role':'Owner'}]}");
}

static int with_others(void **state)
{
    return api_open(state, add_monitor_and_strangers);
}

static void a_deleted_scenario_is_hidden_in_the_trash_too(void **state)
{
    static const struct step steps[] = {
        {"DELETE /scenarios/1", .status = 200},
        {"POST /scenarios/1/restore", NULL, 403, "SC403", "scenario edit", .token = TOKEN(3001)},
        {"POST /scenarios/1/restore", NULL, 404, "SC404", .token = TOKEN(3000)},
        {"GET /scenarios/trash/count", .is = "{'count':1}", .token = TOKEN(3001)},
        {"GET /scenarios/trash/count", .is = "{'count':0}", .token = TOKEN(3000)},
    };
    RUN(state, steps);
}

static void an_agent_that_is_not_to_be_seen_is_refused_like_one_that_is_not_there(void **state)
{
    static const struct api_row rows[] = {
        {"GET /agents/" UUID("71"), NULL, 400, "IM005", NULL},
        {"GET /agents/" UUID("99"), NULL, 400, "IM005", NULL},
        {"GET /connected-systems/" UUID("73"), NULL, 400, "IM005", NULL},
        {"GET /connected-systems/" UUID("99"), NULL, 400, "IM005", NULL},
    };
    api_refuses(*state, TOKEN(3002), rows, COUNT(rows));
}

/* -- each path with a document in it ------------------------------------------------------------
 */

static const char *const unknown[KEY_KIND__MAX] = {
    [KEY_INTEGER] = "999999",
    [KEY_UUID] = "00000000-0000-4000-8000-000000999999",
    [KEY_HEX] = "000000000000000000000000000fffff",
    [KEY_NAME] = "nowhere",
};

/* 1 when the path names a document, 0 when it names none. */
static size_t miss_document(struct api *api, const struct operation *operation)
{
    const struct collection *collection = operation->collection;
    const struct collection *named = collection;
    const json_t *names = collection == NULL ? NULL : path_names(operation, collection->parameters);
    if (names == NULL && collection != NULL && collection->of != NULL) {
        names = path_names(operation, collection->of_parameters);
        named = collection->of;
    }
    if (names == NULL) {
        return 0;
    }
    const char *key = unknown[named->key_kind];
    const struct path_value given[] = {{json_string_value(json_array_get(names, 0)), key}, {0}};
    const char *call =
        arena_printf(api->arena, "%s?confirmed=true", path_call(api, operation, given));
    bool is_input = path_misses_as_input(collection);
    const struct api_answer answer =
        api_refused(api, OWNER, call, str_starts(call, "GET ") ? NULL : "{'name':'x'}",
                    is_input ? 400 : 404, is_input ? "IM005" : "SC404", key);
    assert_string_equal(text_of(answer.json, "message"),
                        is_input ? "Validation failed" : "Not Found");
    return 1;
}

static void a_document_that_is_not_there_is_404_whatever_is_asked_of_it(void **state)
{
    struct api *api = *state;
    size_t count, missed = 0;
    catalogue_read(api->world->catalogue);
    const struct operation *operations = catalogue_operations(api->world->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        missed += miss_document(api, &operations[i]);
    }
    assert_true(missed > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_hook_is_switched_on_and_off_and_learns_and_stops_learning),
        TEST(a_connection_is_tested_and_is_as_before),
        TEST(what_a_connection_was_given_is_not_shown),
        TEST(a_record_that_is_not_there_is_not_changed),
        TEST(a_record_without_a_key_is_given_one),
        TEST(the_same_key_in_two_data_stores_is_two_records),
        TEST(a_team_takes_all_that_is_in_it_along),
        TEST(a_deletion_of_several_names_them_in_a_list),
        TEST(a_switch_that_is_thrown_does_not_obey_the_body),
        TEST(the_fixed_members_of_a_document_stay),
        TEST(what_a_document_needs_is_not_taken_away),
        TEST(new_numbers_are_numbers),
        cmocka_unit_test_setup_teardown(a_deleted_scenario_is_hidden_in_the_trash_too, with_others,
                                        api_end),
        cmocka_unit_test_setup_teardown(
            an_agent_that_is_not_to_be_seen_is_refused_like_one_that_is_not_there, with_others,
            api_end),
        TEST(a_document_that_is_not_there_is_404_whatever_is_asked_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
