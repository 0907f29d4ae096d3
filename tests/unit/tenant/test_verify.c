#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/tenant/verify.h"
#include "tests/unit/tenant/given.h"
#include "tests/unit/tenant/shelf.h"

#define AT INT64_C(1767225600000)

/* In this order: a request, and the second of the clock at which it came. */
static const struct {
    const char *path;
    int status;
    int second;
} story[] = {{"/a", 200, 0},  {"/b", 200, 1},  {"/a", 503, 2}, {"/a", 503, 3},
             {"/c", 200, 20}, {"/a", 200, 30}, {"/b", 400, 31}};

static struct shelf told_story(void)
{
    struct shelf shelf = shelf_new(100);
    for (size_t i = 0; i < COUNT(story); i++) {
        const struct journal_entry entry = {.subject = {.method = "GET",
                                                        .path = story[i].path,
                                                        .endpoint = ENDPOINT_API,
                                                        .status = story[i].status},
                                            .at = AT + story[i].second * 1000};
        journal_put(shelf.journal, &entry);
    }
    return shelf;
}

static const char *fault_of(struct arena *arena, const char *text)
{
    const struct place root = {0};
    const char *problem = NULL, *pointer;
    json_auto_t *asked = given(text);
    if (shape_check(arena, &verify_shape, &root, asked, &problem) != 0) {
        return problem;
    }
    const char *fault = verify_fault(asked, &pointer);
    return fault != NULL ? arena_printf(arena, "%s: %s", pointer, fault) : NULL;
}

static bool run(struct arena *arena, const char *text, const char **report)
{
    struct shelf shelf = told_story();
    json_t *result = NULL;
    assert_null(fault_of(arena, text));
    json_auto_t *asked = given(text);
    bool came_true = verify_run(shelf.journal, NULL, asked, &result);
    *report = told(arena, result);
    json_decref(result);
    shelf_free(&shelf);
    return came_true;
}

static void what_happened_comes_true(void **state)
{
    static const struct {
        const char *asked, *report;
    } rows[] = {
        {"{'match':{}}", "{'seen':7,'entries':[1,2,3,4,5,6,7]}"},
        {"{'match':{'path':'/c'}}", "{'seen':1,'entries':[5]}"},
        {"{'match':{'path':'/a'},'times':{'exactly':4}}", "{'seen':4,'entries':[1,3,4,6]}"},
        {"{'match':{'path':'/a'},'times':{'at_least':2,'at_most':4}}",
         "{'seen':4,'entries':[1,3,4,6]}"},
        {"{'match':{'path':'/d'},'times':{'exactly':0}}", "{'seen':0,'entries':[]}"},
        {"{'match':{'path':'/d'},'times':{'at_most':1}}", "{'seen':0,'entries':[]}"},
        {"{'match':{'path':'/a'},'times':{'at_most':3},'within':'3s'}",
         "{'seen':3,'entries':[1,3,4]}"},
        {"{'match':{'path':'/a'},'times':{'exactly':2},'within':'2999ms'}",
         "{'seen':2,'entries':[1,3]}"},
        {"{'match':{'path':'/a'},'times':{'exactly':1},'since':4}", "{'seen':1,'entries':[6]}"},
        {"{'sequence':[{'path':'/a'},{'path':'/b'}]}", "{'seen':2,'entries':[1,2]}"},
        {"{'sequence':[{'status':503},{'status':503},{'status':200}]}",
         "{'seen':3,'entries':[3,4,5]}"},
        {"{'sequence':[{'path':'/a'},{'path':'/b','status':400}],'within':'1s'}",
         "{'seen':2,'entries':[6,7]}"},
        {"{'sequence':[{},{},{},{},{},{},{}]}", "{'seen':7,'entries':[1,2,3,4,5,6,7]}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *report;
        assert_true(run(*state, rows[i].asked, &report) || (print_error("%s\n", report), false));
        assert_string_equal(report, rows[i].report);
    }
}

static void what_did_not_happen_is_told_with_the_nearest_misses(void **state)
{
    static const struct {
        const char *asked, *report;
    } rows[] = {
        {"{'match':{'path':'/c','status':503}}",
         "{'seen':0,'entries':[],'expected':'at least 1','nearest':["
         "{'id':5,'method':'GET','path':'/c','status':200,'differences':"
         "[{'member':'/status','expected':503,'actual':200}]},"
         "{'id':4,'method':'GET','path':'/a','status':503,'differences':"
         "[{'member':'/path','expected':'/c','actual':'/a'}]},"
         "{'id':3,'method':'GET','path':'/a','status':503,'differences':"
         "[{'member':'/path','expected':'/c','actual':'/a'}]}]}"},
        {"{'match':{'path':'/a'},'times':{'exactly':3}}",
         "{'seen':4,'entries':[1,3,4,6],'expected':'exactly 3','nearest':[]}"},
        {"{'match':{'path':'/a'},'times':{'at_most':2},'within':'3s'}",
         "{'seen':3,'entries':[1,3,4],'expected':'at most 2 within 3s','nearest':[]}"},
        {"{'sequence':[{'path':'/a'},{'path':'/c'}],'within':'5s'}",
         "{'seen':2,'entries':[4,5],'expected':'2 steps in this order within 5s','took':'17s',"
         "'nearest':[]}"},
        {"{'sequence':[{'path':'/c'},{'path':'/b'},{'path':'/c'}]}",
         "{'seen':2,'entries':[5,7],'expected':'3 steps in this order','nearest':[]}"},
        {"{'sequence':[{'path':'/c'},{'path':'/b','status':200}]}",
         "{'seen':1,'entries':[5],'expected':'2 steps in this order','nearest':["
         "{'id':7,'method':'GET','path':'/b','status':400,'differences':"
         "[{'member':'/status','expected':200,'actual':400}]},"
         "{'id':6,'method':'GET','path':'/a','status':200,'differences':"
         "[{'member':'/path','expected':'/b','actual':'/a'}]}]}"},
        {"{'sequence':[{},{},{},{},{},{},{},{}]}",
         "{'seen':7,'entries':[1,2,3,4,5,6,7],'expected':'8 steps in this order','nearest':[]}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *report;
        assert_false(run(*state, rows[i].asked, &report));
        assert_string_equal(report, rows[i].report);
    }
}

static void a_wrong_question_is_refused(void **state)
{
    static const struct {
        const char *asked, *says;
    } rows[] = {
        {"{}", ": match or sequence, one of them"},
        {"{'match':{},'sequence':[{}]}", ": match or sequence, one of them"},
        {"{'match':{},'times':{}}", "/times: exactly, or at_least, at_most or both"},
        {"{'match':{},'times':{'exactly':1,'at_most':2}}", "/times: exactly, or"},
        {"{'sequence':[{}],'times':{'exactly':1}}", "/times: no times beside a sequence"},
        {"{'sequence':[]}", "/sequence: a list without items stands there"},
        {"{'sequence':[{'endpoint':'tokn'}]}", "/sequence/0/endpoint: \"tokn\""},
        {"{'match':{'pth':'x'}}", "/match/pth: unknown member, did you mean \"path\"?"},
        {"{'match':{},'within':'soon'}", "/within: \"soon\" is no duration"},
        {"{'match':{},'wait':'11m'}", "/wait: \"11m\" is out of bounds"},
        {"{'match':{},'times':{'exactly':-1}}", "/times/exactly: -1 is out of bounds"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *fault = fault_of(*state, rows[i].asked);
        assert_non_null(fault);
        assert_true(strncmp(fault, rows[i].says, strlen(rows[i].says)) == 0 ||
                    (print_error("%s\n", fault), false));
    }
}

static bool is_touched(const char *text, int64_t since)
{
    struct shelf shelf = told_story();
    json_auto_t *asked = given(text);
    bool touched = verify_is_touched(shelf.journal, NULL, asked, since);
    shelf_free(&shelf);
    return touched;
}

/* Entry 7 is the last, /b; entry 6 is /a. */
static void what_has_nothing_to_do_with_a_question_is_no_reason_to_ask_it_again(void **state)
{
    (void)state;
    assert_true(is_touched("{'match':{'path':'/a'}}", 5));
    assert_false(is_touched("{'match':{'path':'/a'}}", 6));
    assert_true(is_touched("{'match':{'path':'/b','status':400}}", 6));
    assert_false(is_touched("{'match':{'path':'/b','status':200}}", 6));
    assert_true(is_touched("{'sequence':[{'path':'/a'},{'path':'/b'}]}", 6));
    assert_false(is_touched("{'sequence':[{'path':'/a'},{'path':'/c'}]}", 6));
    assert_false(is_touched("{'match':{}}", 7));
    assert_true(is_touched("{'match':{'path':'/nowhere'}}", 0)); /* it was never asked */
}

static void an_answer_made_of_what_is_forgotten_is_asked_for_again(void **state)
{
    (void)state;
    struct shelf shelf = told_story();
    json_auto_t *asked = given("{'match':{'path':'/a'},'times':{'exactly':0}}");
    assert_false(verify_run(shelf.journal, NULL, asked, NULL));
    journal_empty(shelf.journal);
    assert_true(verify_is_touched(shelf.journal, NULL, asked, 7));
    assert_true(verify_run(shelf.journal, NULL, asked, NULL));
    shelf_free(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_nothing_to_do_with_a_question_is_no_reason_to_ask_it_again),
        cmocka_unit_test(an_answer_made_of_what_is_forgotten_is_asked_for_again),
        WITH_ARENA(what_happened_comes_true),
        WITH_ARENA(what_did_not_happen_is_told_with_the_nearest_misses),
        WITH_ARENA(a_wrong_question_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
