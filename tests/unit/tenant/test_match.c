#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/tenant/fingerprint.h"
#include "server/tenant/match.h"
#include "tests/unit/tenant/given.h"

#define SUBJECT                                                                                    \
    "{'endpoint':'token','method':'POST','path':'/oauth/v2/token','client_id':'demo-web',"         \
    "'user':'1001','user_names':['ada@example.com','ada'],'scope':'openid email profile',"         \
    "'grant_type':'authorization_code','status':400,'error':'invalid_grant',"                      \
    "'parameters':{'grant_type':'authorization_code','code':'%s','resource':['a','b']},"           \
    "'header':{'accept':'application/json','cookie':'a=%s; b=%s','authorization':'Bearer %s'},"    \
    "'body':{'n':1,'flag':true,'none':null,'deep':{'list':[1,{'k':'v','w':2}]},'token':'%s'}}"
#define SECRET "correct horse"

static json_t *subject(struct arena *arena)
{
    char shown[FINGERPRINT_SIZE];
    fingerprint(shown, SECRET);
    return given(arena_printf(arena, SUBJECT, shown, shown, shown, shown, shown));
}

static bool fits(struct arena *arena, const char *text)
{
    const struct place root = {0};
    const char *problem = NULL;
    json_t *match = given(text), *one = subject(arena);
    assert_int_equal(shape_check(arena, &match_shape, &root, match, &problem), 0);
    bool result = match_fits(match, one);
    assert_int_equal(match_distance(match, one) == 0, result);
    json_decref(match);
    json_decref(one);
    return result;
}

static void what_is_said_of_a_request_fits_it(void **state)
{
    static const char *const rows[] = {
        "{}",
        "{'endpoint':'token'}",
        "{'endpoint':{'pattern':'^tok'}}",
        "{'method':'post'}",
        "{'path':'/oauth/v2/token'}",
        "{'path':{'pattern':'/v[0-9]/'}}",
        "{'client_id':'demo-web','grant_type':'authorization_code'}",
        "{'user':'1001'}",
        "{'user':'ada@example.com'}",
        "{'user':'ada'}",
        "{'user':{'pattern':'@example'}}",
        "{'scope':'openid'}",
        "{'scope':'profile openid'}",
        "{'scope':{'pattern':'^openid'}}",
        "{'status':400}",
        "{'status':'4xx'}",
        "{'error':'invalid_grant'}",
        "{'parameters':{'grant_type':'authorization_code','nothing':null}}",
        "{'parameters':{'resource':'b'}}",
        "{'parameters':{'resource':{'pattern':'A'}}}",
        "{'parameters':{'code':'correct horse'}}",
        "{'header':{'Accept':'application/json','x-none':null}}",
        "{'header':{'cookie':'b=correct horse'}}",
        "{'header':{'cookie':'b=correct horse; a=correct horse'}}",
        "{'header':{'Authorization':'Bearer correct horse'}}",
        "{'header':{'authorization':{'pattern':'^bearer '}}}",
        "{'body':{'n':1}}",
        "{'body':{'n':1.0,'flag':true,'none':null,'absent':null}}",
        "{'body':{'deep':{'list':[{'k':'v'}]}}}",
        "{'body':{'deep':{'list':[{'k':{'pattern':'V'}},1]}}}",
        "{'body':{'token':'correct horse'}}",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(fits(*state, rows[i]) || (print_error("%s\n", rows[i]), false));
    }
}

static void what_is_wrong_in_one_member_does_not_fit(void **state)
{
    static const char *const rows[] = {
        "{'endpoint':'authorize'}",
        "{'endpoint':'token','method':'GET'}",
        "{'path':'/oauth/v2/tok'}",
        "{'operation':'anything'}",
        "{'client_id':'DEMO-WEB'}",
        "{'user':'1002'}",
        "{'scope':'openid phone'}",
        "{'scope':'open'}",
        "{'status':401}",
        "{'status':'5xx'}",
        "{'error':'invalid_client'}",
        "{'parameters':{'grant_type':null}}",
        "{'parameters':{'Grant_type':'authorization_code'}}",
        "{'parameters':{'resource':'c'}}",
        "{'parameters':{'code':'correct hors'}}",
        "{'parameters':{'nothing':''}}",
        "{'header':{'accept':null}}",
        "{'header':{'cookie':'c=correct horse'}}",
        "{'header':{'cookie':'b=wrong'}}",
        "{'header':{'authorization':'Basic correct horse'}}",
        "{'body':null}",
        "{'body':{'n':2}}",
        "{'body':{'n':'1'}}",
        "{'body':{'n':null}}",
        "{'body':{'absent':1}}",
        "{'body':{'flag':false}}",
        "{'body':{'deep':{'list':[2]}}}",
        "{'body':{'deep':{'list':[{'k':'v','w':3}]}}}",
        "{'body':{'deep':[]}}",
        "{'body':{'deep':'x'}}",
        "{'body':[]}",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(!fits(*state, rows[i]) || (print_error("%s\n", rows[i]), false));
    }
}

static void differences_name_the_place_and_hide_secrets(void **state)
{
    json_t *match = given(
        "{'endpoint':'token','status':200,'parameters':{'code':'wrong','x/y':'1','grant_type':'"
        "authorization_code'},'header':{'Authorization':'Bearer wrong'},'body':{'deep':{'list':"
        "[9]},'token':'wrong'}}");
    json_t *one = subject(*state);
    json_t *list = match_differences(match, one);
    char right[FINGERPRINT_SIZE], wrong[FINGERPRINT_SIZE];
    fingerprint(right, SECRET);
    fingerprint(wrong, "wrong");
    const char *expected = arena_printf(
        *state,
        "[{'member':'/status','expected':200,'actual':400},"
        "{'member':'/header/authorization','expected':'Bearer %s','actual':'Bearer %s'},"
        "{'member':'/parameters/code','expected':'%s','actual':'%s'},"
        "{'member':'/parameters/x~1y','expected':'1','actual':null},"
        "{'member':'/body/deep/list/0','expected':9,'actual':[1,{'k':'v','w':2}]},"
        "{'member':'/body/token','expected':'%s','actual':'%s'}]",
        wrong, right, wrong, right, wrong, right);
    assert_string_equal(told(*state, list), expected);
    assert_int_equal(match_distance(match, one), 6);
    json_decref(list);
    json_decref(one);
    json_decref(match);
}

static const char *problem_of(struct arena *arena, const char *text)
{
    const struct place root = {0};
    const char *problem = NULL;
    json_t *match = given(text);
    assert_int_equal(shape_check(arena, &match_shape, &root, match, &problem), 1);
    json_decref(match);
    return problem;
}

static void a_wrong_match_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *match, *place, *says;
    } rows[] = {
        {"[]", "(the document)", "expected an object"},
        {"{'endpont':'token'}", "/endpont", "did you mean \"endpoint\"?"},
        {"{'endpoint':'tokn'}", "/endpoint", "expected one of authorize, "},
        {"{'endpoint':7}", "/endpoint", "is a number"},
        {"{'path':{'pattern':'('}}", "/path/pattern", "is no regular expression"},
        {"{'path':{'patern':'x'}}", "/path/patern", "did you mean \"pattern\"?"},
        {"{'path':null}", "/path", "expected a text or"},
        {"{'parameters':'code'}", "/parameters", "expected an object"},
        {"{'parameters':{'code':1}}", "/parameters/code", "or null where it is not sent"},
        {"{'parameters':{'code':{'pattern':'[a'}}}", "/parameters/code/pattern", "no regular"},
        {"{'status':99}", "/status", "out of bounds"},
        {"{'status':'6xx'}", "/status", "is no class of statuses"},
        {"{'status':'200'}", "/status", "is no class of statuses"},
        {"{'body':{'a':[{'pattern':'('}]}}", "/body", "holds a pattern that is no regular"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *problem = problem_of(*state, rows[i].match);
        assert_memory_equal(problem, rows[i].place, strlen(rows[i].place));
        assert_true(strstr(problem, rows[i].says) != NULL || (print_error("%s\n", problem), false));
    }
}

static void a_match_says_whether_it_speaks_of_the_answer(void **state)
{
    json_t *before = given("{'endpoint':'token'}"), *after = given("{'error':'invalid_grant'}");
    (void)state;
    assert_null(match_of_answer(before));
    assert_string_equal(match_of_answer(after), "error");
    assert_null(match_of_answer(NULL));
    json_decref(before);
    json_decref(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(what_is_said_of_a_request_fits_it),
        WITH_ARENA(what_is_wrong_in_one_member_does_not_fit),
        WITH_ARENA(differences_name_the_place_and_hide_secrets),
        WITH_ARENA(a_wrong_match_is_refused_with_its_place),
        WITH_ARENA(a_match_says_whether_it_speaks_of_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
