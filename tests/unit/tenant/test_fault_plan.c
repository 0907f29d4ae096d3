/* What a fault does to an exchange; the shape of faults; and the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/tenant/fault_catalogue.h"
#include "server/tenant/fault_plan.h"
#include "tests/unit/tenant/given.h"

/* The plan of what is done, which is of the shape. */
static struct fault_plan plan_of(struct arena *arena, struct random *random, const char *doing)
{
    struct fault_plan plan;
    struct shape_fault wrong;
    json_t *fault = json_pack("{s:o}", "do", given(doing));
    if (shape_judge(arena, &fault_shape, fault, &wrong) != 0) {
        fail_msg("%s: %s", doing, wrong.problem);
    }
    fault_plan_make(&plan, 7, FAULT_AFTER, json_object_get(fault, "do"), random);
    json_decref(fault);
    return plan;
}

static void plan_says_what_is_to_be_done(void **state)
{
    struct fault_plan plan = plan_of(
        *state, NULL,
        "{'error':'invalid_grant','error_description':'gone','status':418,'headers':{'A':'b'},"
        "'delay':'90s','dribble':{'bytes':5,'every':'250ms'},'cut':20,'content_type':'a/b',"
        "'token':'expired','access_token':'huge'}");
    assert_int_equal(plan.id, 7);
    assert_true(plan.answers);
    assert_string_equal(plan.error, "invalid_grant");
    assert_string_equal(plan.error_description, "gone");
    assert_int_equal(plan.status, 418);
    assert_string_equal(json_string_value(json_object_get(plan.headers, "A")), "b");
    assert_int_equal(plan.delay_ms, 90000);
    assert_int_equal(plan.dribble_bytes, 5);
    assert_int_equal(plan.dribble_ms, 250);
    assert_int_equal(plan.end, FAULT_END_CUT);
    assert_int_equal(plan.cut, 20);
    assert_string_equal(plan.content_type, "a/b");
    assert_string_equal(plan.token->name, "expired");
    assert_string_equal(plan.access_token->name, "huge");
    fault_plan_fini(&plan);
    assert_int_equal(plan.id, 0);
    fault_plan_fini(&plan);
}

static void each_end_is_its_own(void **state)
{
    static const struct {
        const char *doing;
        enum fault_end end;
    } rows[] = {
        {"{'close':true}", FAULT_END_CLOSE},         {"{'reset':true}", FAULT_END_RESET},
        {"{'malformed':true}", FAULT_END_MALFORMED}, {"{'cut':0}", FAULT_END_CUT},
        {"{'close':false}", FAULT_END_WHOLE},        {"{'delay':1}", FAULT_END_WHOLE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault_plan plan = plan_of(*state, NULL, rows[i].doing);
        assert_int_equal(plan.end, rows[i].end);
        assert_false(plan.answers);
        fault_plan_fini(&plan);
    }
}

static void delay_of_a_range_is_drawn_from_it_and_repeats(void **state)
{
    struct random *random = random_new_seeded(1, 1);
    int64_t drawn[2][20];
    for (size_t run = 0; run < 2; run++) {
        random_seek(random, 0);
        for (size_t i = 0; i < COUNT(drawn[0]); i++) {
            struct fault_plan plan =
                plan_of(*state, random, "{'delay':{'min':'50ms','max':'60ms'}}");
            drawn[run][i] = plan.delay_ms;
            assert_in_range(plan.delay_ms, 50, 60);
            fault_plan_fini(&plan);
        }
    }
    assert_memory_equal(drawn[0], drawn[1], sizeof(drawn[0]));
    assert_true(drawn[0][0] != drawn[0][1] || drawn[0][1] != drawn[0][2]);
    random_free(random);
}

static void own_answer_is_an_error_a_text_or_json(void **state)
{
    static const char *const rows[][3] = {
        {"{'error':'e','error_description':'d'}", "{\"error\":\"e\",\"error_description\":\"d\"}",
         "application/json"},
        {"{'error':'e'}", "{\"error\":\"e\"}", "application/json"},
        {"{'body':'plain'}", "plain", "text/plain; charset=utf-8"},
        {"{'body':''}", "", "text/plain; charset=utf-8"},
        {"{'body':[1,null]}", "[1,null]", "application/json"},
        {"{'body':'<p>','content_type':'text/html'}", "<p>", "text/html"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t size = 99;
        const char *type = NULL;
        struct fault_plan plan = plan_of(*state, NULL, rows[i][0]);
        const char *body = fault_plan_body(&plan, *state, &size, &type);
        assert_int_equal(size, strlen(rows[i][1]));
        assert_memory_equal(body, rows[i][1], size);
        assert_string_equal(type, rows[i][2]);
        assert_true(plan.answers);
        fault_plan_fini(&plan);
    }
    size_t size = 0;
    const char *type = NULL;
    struct fault_plan plan = plan_of(*state, NULL, "{'status':503}");
    assert_null(fault_plan_body(&plan, *state, &size, &type));
    assert_true(plan.answers);
    fault_plan_fini(&plan);
}

static const char *changed(struct arena *arena, const char *doing, const char *body)
{
    size_t size = 0;
    struct fault_plan plan = plan_of(arena, NULL, doing);
    const char *text = fault_plan_changed(&plan, arena, body, strlen(body), &size);
    assert_true(text == NULL || strlen(text) == size);
    fault_plan_fini(&plan);
    return text;
}

/* The rows of RFC 7396's appendix A whose target and patch are objects. */
static void change_is_a_merge_patch(void **state)
{
    static const char *const rows[][3] = {
        {"{\"a\":\"b\"}", "{'change':{'a':'c'}}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{'change':{'b':'c'}}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{'change':{'a':null}}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{'change':{'a':null}}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{'change':{'a':'c'}}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{'change':{'a':['b']}}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{'change':{'a':{'b':'d','c':null}}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{'change':{'a':[1]}}", "{\"a\":[1]}"},
        {"{\"e\":null}", "{'change':{'a':1}}", "{\"e\":null,\"a\":1}"},
        {"{}", "{'change':{'a':{'bb':{'ccc':null}}}}", "{\"a\":{\"bb\":{}}}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(changed(*state, rows[i][1], rows[i][0]), rows[i][2]);
    }
    assert_null(changed(*state, "{'change':{'a':1}}", "[1]"));
    assert_null(changed(*state, "{'change':{'a':1}}", "<p>"));
    assert_null(changed(*state, "{'cut':1}", "{}"));
}

static void doubled_member_stands_twice(void **state)
{
    assert_string_equal(changed(*state, "{'double':'a'}", "{\"a\":1,\"b\":{}}"),
                        "{\"a\":1,\"b\":{},\"a\":1}");
    assert_string_equal(changed(*state, "{'double':'a','change':{'a':'\\n'}}", "{\"a\":1}"),
                        "{\"a\":\"\\n\",\"a\":\"\\n\"}");
    assert_string_equal(changed(*state, "{'double':'c'}", "{\"a\":1}"), "{\"a\":1}");
    assert_string_equal(changed(*state, "{'double':'a'}", "{}"), "{}");
}

static void change_reaches_the_parameters_of_a_redirect(void **state)
{
    static const char *const rows[][3] = {
        {"{'change':{'state':null}}", "http://a/cb?code=1&state=s&iss=i",
         "http://a/cb?code=1&iss=i"},
        {"{'change':{'state':'x y&'}}", "http://a/cb?state=s&code=1",
         "http://a/cb?code=1&state=x%20y%26"},
        {"{'change':{'iss':'z'}}", "http://a/cb?own=1#code=1&iss=i",
         "http://a/cb?own=1#code=1&iss=z"},
        {"{'change':{'code':null}}", "http://a/cb?code=1", "http://a/cb"},
        {"{'change':{'n':5}}", "app:/cb", "app:/cb?n=5"},
        {"{'change':{'n':[5],'state':true}}", "http://a/cb?state=s", "http://a/cb?state=s"},
        {"{'double':'state'}", "http://a/cb?code=1&state=s", "http://a/cb?code=1&state=s&state=s"},
        {"{'double':'code','change':{'code':'x y'}}", "http://a/cb#code=1&state=s",
         "http://a/cb#state=s&code=x%20y&code=x%20y"},
        {"{'double':'iss'}", "http://a/cb?code=1", "http://a/cb?code=1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault_plan plan = plan_of(*state, NULL, rows[i][0]);
        assert_string_equal(fault_plan_location(&plan, *state, rows[i][1]), rows[i][2]);
        fault_plan_fini(&plan);
    }
    struct fault_plan plan = plan_of(*state, NULL, "{'cut':1}");
    assert_null(fault_plan_location(&plan, *state, "http://a/cb?code=1"));
    assert_null(fault_plan_parameters(&plan, *state, "code=1"));
    fault_plan_fini(&plan);
}

static void what_is_not_of_the_shape_is_refused_with_its_place(void **state)
{
    static const char *const rows[][2] = {
        {"{'do':{'headers':{'A':'b\\r\\nC: d'}}}", "/do/headers/A"},
        {"{'do':{'headers':{'a b':'c'}}}", "/do/headers/a b"},
        {"{'do':{'headers':{'content-length':'3'}}}", "/do/headers/content-length"},
        {"{'do':{'content_type':'a\\nb'}}", "/do/content_type"},
        {"{'do':{'error':'a\\\"b'}}", "/do/error"},
        {"{'do':{'status':100}}", "/do/status"},
        {"{'do':{'delay':'2h'}}", "/do/delay"},
        {"{'do':{'delay':-1}}", "/do/delay"},
        {"{'do':{'delay':{'min':1}}}", "/do/delay/max"},
        {"{'do':{'dribble':{'bytes':0,'every':1}}}", "/do/dribble/bytes"},
        {"{'do':{'cut':-1}}", "/do/cut"},
        {"{'do':{'change':[]}}", "/do/change"},
        {"{'do':{'token':'wrong_none'}}", "/do/token"},
        {"{'do':{'access_token':'wrong_nonce'}}", "/do/access_token"},
        {"{'do':{'closed':true}}", "/do/closed"},
        {"{'probability':1.5,'do':{'close':true}}", "/probability"},
        {"{'times':0,'do':{'close':true}}", "/times"},
        {"{'when':'between','do':{'close':true}}", "/when"},
        {"{'match':{'endpoint':'tokens'},'do':{'close':true}}", "/match/endpoint"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct shape_fault wrong = {0};
        json_t *fault = given(rows[i][0]);
        if (shape_judge(*state, &fault_shape, fault, &wrong) == 0) {
            fail_msg("%s is taken", rows[i][0]);
        }
        assert_string_equal(wrong.pointer, rows[i][1]);
        json_decref(fault);
    }
}

static void catalogue_has_forty_faults_of_the_shape_and_no_name_twice(void **state)
{
    json_t *list = fault_catalogue(), *seen = json_object();
    assert_true(json_array_size(list) >= 40 + bad_token_count);
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum fault_stage stage;
        struct fault_refusal refusal;
        struct shape_fault wrong = {0};
        json_t *fault = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(fault, "name"));
        if (shape_judge(*state, &fault_named_shape, fault, &wrong) != 0) {
            fail_msg("%s: %s", name, wrong.problem);
        }
        if (fault_judge(fault, &stage, &refusal) != 0) {
            fail_msg("%s: %s", name, refusal.pointer);
        }
        assert_true(str_ends(json_string_value(json_object_get(fault, "says")), "."));
        assert_null(json_object_get(seen, name));
        json_object_set_new(seen, name, json_true());
    }
    json_decref(list);
    json_decref(seen);
}

static void catalogue_tells_what_a_client_does_with_each_bad_token(void **state)
{
    json_t *list = fault_catalogue_tokens();
    assert_int_equal(json_array_size(list), bad_token_count);
    assert_string_equal(told(*state, json_array_get(list, 0)),
                        "{'name':'expired','says':'It expired an hour ago: a client must look at "
                        "exp, and refresh instead of use it.','client':'refuse','clause':'OpenID "
                        "Connect Core 3.1.3.7 (9); RFC 7519 4.1.4','of':['id','access']}");
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(plan_says_what_is_to_be_done),
        WITH_ARENA(each_end_is_its_own),
        WITH_ARENA(delay_of_a_range_is_drawn_from_it_and_repeats),
        WITH_ARENA(own_answer_is_an_error_a_text_or_json),
        WITH_ARENA(change_is_a_merge_patch),
        WITH_ARENA(doubled_member_stands_twice),
        WITH_ARENA(change_reaches_the_parameters_of_a_redirect),
        WITH_ARENA(what_is_not_of_the_shape_is_refused_with_its_place),
        WITH_ARENA(catalogue_has_forty_faults_of_the_shape_and_no_name_twice),
        WITH_ARENA(catalogue_tells_what_a_client_does_with_each_bad_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
