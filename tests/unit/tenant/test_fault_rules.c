/* What a fault is given as: by a name or in full, what is put in, and what none can be. */
#include "server/base/attr.h"
#include "server/base/str.h"
#include "tests/unit/tenant/listed_faults.h"

static void what_is_not_said_stands_in_the_list(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    add("{'do':{'error':'invalid_grant'}}");
    json_t *list = faults_list(faults);
    assert_string_equal(told(arena, list),
                        "[{'id':1,'do':{'error':'invalid_grant'},'when':'before','match':{},"
                        "'skip':0,'every':1,'probability':1,'matched':0,'fired':0,"
                        "'used_up':false}]");
    json_decref(list);
    arena_free(arena);
}

static void named_fault_is_the_catalogues_with_what_is_given(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    add("{'fault':'lost_refresh_reply','times':3,'match':{'client_id':'a'}}");
    json_t *list = faults_list(faults);
    json_t *fault = json_array_get(list, 0);
    assert_string_equal(told(arena, json_object_get(fault, "match")),
                        "{'endpoint':'token','grant_type':'refresh_token','client_id':'a'}");
    assert_string_equal(told(arena, json_object_get(fault, "do")), "{'close':true}");
    assert_string_equal(json_string_value(json_object_get(fault, "when")), "after");
    assert_int_equal(json_integer_value(json_object_get(fault, "times")), 3);
    assert_null(json_object_get(fault, "says"));
    json_decref(list);
    arena_free(arena);
}

static void bad_token_is_a_fault_by_its_name(void **state)
{
    (void)state;
    int64_t id = add("{'fault':'wrong_nonce'}");
    assert_int_equal(chosen(FAULT_MAKING, JWKS), 0);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), id);
}

static void what_no_fault_can_be_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"{}", "/do", ""},
        {"{'do':{}}", "/do", ""},
        {"{'fault':'lost_replay'}", "/fault", "lost_reply"},
        {"{'fault':'zzzzzzzzzzzz'}", "/fault", ""},
        {"{'when':'before','do':{'cut':1}}", "/when", ""},
        {"{'when':'before','do':{'token':'expired'}}", "/when", ""},
        {"{'when':'before','do':{'headers':{'a':'b'}}}", "/when", ""},
        {"{'match':{'status':400},'do':{'close':true}}", "/match/status", ""},
        {"{'match':{'error':'invalid_grant'},'do':{'delay':1}}", "/match/error", ""},
        {"{'match':{'status':400},'do':{'token':'expired'}}", "/match/status", ""},
        {"{'do':{'close':true,'reset':true}}", "/do/reset", ""},
        {"{'do':{'close':true,'cut':0}}", "/do/cut", ""},
        {"{'do':{'delay':{'min':'2s','max':'1s'}}}", "/do/delay/max", ""},
        {"{'do':{'error_description':'a'}}", "/do/error_description", ""},
        {"{'do':{'error':'a','body':'b'}}", "/do/body", ""},
        {"{'fault':'refresh_refused','do':{'body':'b'}}", "/do/body", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault_refusal refusal = {0};
        json_t *made = NULL, *fault = given(rows[i][0]);
        assert_int_equal(faults_add(faults, fault, &refusal, &made), FAULTS_REFUSED);
        assert_string_equal(refusal.pointer, rows[i][1]);
        assert_string_equal(refusal.nearest, rows[i][2]);
        assert_non_null(refusal.expected);
        assert_null(made);
        json_decref(fault);
    }
    assert_false(faults_any(faults));
}

static void when_is_before_unless_the_answer_is_needed(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{'do':{'close':true}}", "before"},
        {"{'do':{'status':500}}", "before"},
        {"{'do':{'delay':'1s'}}", "before"},
        {"{'do':{'change':{'a':1}}}", "after"},
        {"{'do':{'double':'a'}}", "after"},
        {"{'do':{'malformed':true}}", "after"},
        {"{'do':{'content_type':'a/b'}}", "after"},
        {"{'do':{'headers':{'a':null}}}", "after"},
        {"{'do':{'access_token':'expired'}}", "after"},
        {"{'do':{'dribble':{'bytes':1,'every':'1s'}}}", "after"},
        {"{'do':{'status':500,'headers':{'a':'b'}}}", "before"},
        {"{'match':{'status':400},'when':'after','do':{'close':true}}", "after"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *fault = NULL;
        assert_int_equal(faults_get(faults, add(rows[i][0]), &fault), FAULTS_DONE);
        assert_string_equal(json_string_value(json_object_get(fault, "when")), rows[i][1]);
        json_decref(fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LISTED(what_is_not_said_stands_in_the_list),
        LISTED(named_fault_is_the_catalogues_with_what_is_given),
        LISTED(bad_token_is_a_fault_by_its_name),
        LISTED(what_no_fault_can_be_is_refused_with_its_place),
        LISTED(when_is_before_unless_the_answer_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
