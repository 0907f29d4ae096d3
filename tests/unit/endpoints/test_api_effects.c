/* What operations of Make's API do besides: numbers, filters, runs, copies, counts and bytes. */
#include "tests/unit/endpoints/sign_in.h"
#include "tests/unit/endpoints/steps.h"

static void numbers_follow_the_last_and_are_never_given_twice(void **state)
{
    static const struct step steps[] = {
        {"POST /teams?cols[]=nope", "{'name':'A','organizationId':1}", 400, .code = "IM005"},
        {"POST /teams", "{'name':'A','organizationId':1}", .at = "/team/id", .is = "3"},
        {"DELETE /teams/3?confirmed=true", .status = 200},
        {"POST /teams", "{'name':'B','organizationId':1,'id':77}", .at = "/team/id", .is = "4"},
    };
    RUN(state, steps);
}

/* Two credentials are asked for, and the second is wrong: neither the request nor the first one
 * stays. */
static void what_is_refused_halfway_is_undone_whole(void **state)
{
    static const struct step steps[] = {
        {"GET /credential-requests/requests", .is = BEFORE},
        {"POST /credential-requests/actions/create-by-credentials",
         "{'name':'Two','teamId':1,'connections':[{'type':'google'},{}]}", 400, "IM005",
         .says = "^connections\\[1\\]\\.type"},
        {"GET /credential-requests/requests", .is = BEFORE},
    };
    RUN(state, steps);
}

/* -- lists --------------------------------------------------------------------------------------
 */

#define RECORDS "/data-stores/1/data"

static void a_list_is_paged_and_sorted(void **state)
{
    static const struct step steps[] = {
        {"POST " RECORDS, "{'key':'c','data':{}}", .status = 200},
        {"POST " RECORDS, "{'key':'a','data':{}}", .status = 200},
        {"POST " RECORDS, "{'key':'b','data':{}}", .status = 200},
        {"GET " RECORDS, .at = "/records/*/key", .is = "['customer-1','c','a','b']"},
        {"GET " RECORDS "?pg[sortBy]=key", .at = "/records/*/key",
         .is = "['a','b','c','customer-1']"},
        {"GET " RECORDS "?pg[sortBy]=key&pg[sortDir]=desc&pg[limit]=2", .at = "/records/*/key",
         .is = "['customer-1','c']"},
        {"GET " RECORDS "?pg[offset]=1&pg[limit]=2", .at = "/records/*/key", .is = "['c','a']"},
        {"GET " RECORDS "?pg[offset]=9", .at = "/records", .is = "[]"},
        {"GET " RECORDS "?pg[limit]=0", .at = "/records", .is = "[]"},
        {"GET " RECORDS "?pg[offset]=1&pg[limit]=2&pg[sortBy]=key&pg[sortDir]=desc", .at = "/pg",
         .is = "{'sortBy':'key','limit':2,'sortDir':'desc','offset':1}"},
    };
    RUN(state, steps);
}

static void documents_that_sort_alike_stay_in_order(void **state)
{
    struct api *api = *state;
    json_int_t last = 0;
    size_t index, alike = 0;
    json_t *row;
    for (int i = 0; i < 20; i++) {
        api_ok(api, OWNER, "POST /scenarios",
               i % 2 == 1 ? SCENARIO("same", 2, "") : SCENARIO("other", 2, ""));
    }
    json_t *list = api_ok(api, OWNER, "GET /scenarios?teamId=2&pg[sortBy]=name", NULL);
    json_array_foreach(json_object_get(list, "scenarios"), index, row)
    {
        if (str_equal(text_of(row, "name"), "same")) {
            json_int_t id = json_integer_value(json_object_get(row, "id"));
            assert_true(id > last);
            last = id;
            alike++;
        }
    }
    assert_int_equal(alike, 10);
}

static void columns_are_chosen(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios/1?cols[]=name&cols[]=teamId",
         .is = "{'scenario':{'name':'New order to mailing list','teamId':1}}"},
        {"GET /teams?cols[]=id", .at = "/teams", .is = "[{'id':1},{'id':2}]"},
        {"GET /teams", .is = "$all"},
        {"GET /teams?cols[]=*", .is = "$all"},
        {"GET /scenarios?cols[]=nam", NULL, 400, "IM005",
         .says = "^cols\\[\\]: 'nam' is no column of scenarios; did you mean 'name'\\?; expected "
                 "id, name, "},
        {"GET /scenarios/1?cols[]=colour", NULL, 400, "IM005",
         .says = "^cols\\[\\]: 'colour' is no column"},
    };
    RUN(state, steps);
}

static void a_query_that_names_a_member_is_a_filter(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios?teamId=1", .at = "/scenarios/*/id", .is = "[1,2,4]"},
        {"GET /scenarios?organizationId=1", .at = "/scenarios/*/id", .is = "[1,2,3,4]"},
        {"GET /scenarios?isActive=true", .at = "/scenarios/*/id", .is = "[1,3,4]"},
        {"GET /scenarios?folderId=1", .at = "/scenarios/*/id", .is = "[1]"},
        {"GET /scenarios?name=Nightly+report", .at = "/scenarios/*/id", .is = "[2]"},
        {"GET /scenarios?usedPackages[]=gateway", .at = "/scenarios/*/id", .is = "[1]"},
        {"GET /scenarios?id=1&id=3", .at = "/scenarios/*/id", .is = "[1,3]"},
        {"GET /scenarios?somethingElse=1", .at = "/scenarios/*/id", .is = "[1,2,3,4]"},
    };
    RUN(state, steps);
}

static void connections_are_listed_by_their_types(void **state)
{
    static const char call[] = "GET /connections?teamId=1&type[]=google";
    static const struct step steps[] = {
        {"POST /connections", "{'accountName':'Other','accountType':'google','teamId':1}",
         .status = 200},
        {call, .at = "/connections/*/name", .is = "['Other']"},
        {"GET /connections?teamId=1&type[]=google&type[]=http-basic", .at = "/connections/*/name",
         .is = "['Mailing list of Example','Other']"},
    };
    RUN(state, steps);
}

/* -- what is counted and switched ---------------------------------------------------------------
 */

static void records_are_counted_changed_and_cleared(void **state)
{
    static const char several[] = "DELETE " RECORDS "?confirmed=true";
    static const struct step steps[] = {
        {"POST " RECORDS, "{'key':'a','data':{'x':1,'y':2}}", .status = 200},
        {"POST " RECORDS, "{'key':'b','data':{'x':1,'y':2}}", .status = 200},
        {"GET /data-stores/1", .at = "/dataStore/records", .is = "3"},
        {"PATCH " RECORDS "/a", "{'y':3}", .is = "{'key':'a','data':{'x':1,'y':3}}"},
        {"PUT " RECORDS "/a", "{'z':4}", .is = "{'key':'a','data':{'z':4}}"},
        {"DELETE " RECORDS, "{'keys':['a']}", 406, .code = "IM004"},
        {several, "{}", 400, "IM005", .says = "ids: is missing"},
        {several, "{'keys':['a','none']}", .is = "{'records':['a']}"},
        {several, "{'all':true,'exceptIds':['b']}", .is = "{'records':['customer-1']}"},
        {"GET " RECORDS, .at = "/records/*/key", .is = "['b']"},
        {"GET /data-stores/1", .at = "/dataStore/records", .is = "1"},
        {"POST /data-stores", "{'name':'n','teamId':1,'maxSizeMB':3}", .at = "/dataStore/maxSize",
         .is = "'3145728'"},
    };
    RUN(state, steps);
}

static void hooks_are_switched_and_their_data_changed(void **state)
{
    static const struct step steps[] = {
        {"POST /hooks/1/disable", .is = "{'success':true}"},
        {"GET /hooks/1", .at = "/hook/enabled", .is = "false"},
        {"POST /hooks/1/learn-start", .status = 200},
        {"GET /hooks/1/ping",
         .is = "{'address':'https://hook.example.com/new-order','attached':true,'learning':true,"
               "'gone':false}"},
        {"POST /hooks/1/set-data", "{'headers':true}", .is = "{'changed':true}"},
        {"GET /hooks/1", .at = "/hook/data", .is = "{'headers':true}"},
        {"GET /hooks/1/incomings/stats",
         .is = "{'incomingStat':{'queue':1,'limit':10000,'enabled':false}}"},
        {"DELETE /hooks/1/incomings?confirmed=true", "{'all':true}", .status = 200},
        {"GET /hooks/1/incomings/stats", .at = "/incomingStat/queue", .is = "0"},
        {"GET /hooks/1", .at = "/hook/queueCount", .is = "0"},
    };
    RUN(state, steps);
}

static void what_is_asked_for_in_a_request_is_declined_or_taken_back(void **state)
{
    static const struct step steps[] = {
        {"POST /credential-requests/actions/create-by-credentials",
         "{'name':'Two','teamId':1,'connections':[{'type':'google'}],"
         "'keys':[{'type':'apikeyauth'}]}",
         .at = "/credentials/*/component", .is = "['account','keychain']"},
        {.at = "/credentials/*/type", .is = "['google','apikeyauth']"},
        {.at = "/credentials", .is = "$credentials"},
        {.at = "/credentials/0/id", .is = "$first"},
        {.at = "/request/id", .is = "$request"},
        {"GET /credential-requests/requests/$request/detail", .at = "/requestDetail/credentials",
         .is = "$credentials"},
        {"POST /credential-requests/credentials/$first/decline", "{'reason':'No need'}",
         .at = "/credential/state", .is = "'declined'"},
        {.at = "/credential/declineReason", .is = "'No need'"},
        {"GET /credential-requests/requests/$request/detail",
         .at = "/requestDetail/credentials/0/state", .is = "'declined'"},
        {"POST /credential-requests/actions/create", "{'teamId':1,'credentials':[{}]}", 400,
         "IM005", .says = "^credentials\\[0\\]\\.appName: is missing"},
    };
    RUN(state, steps);
}

static void a_subscription_is_paused_and_goes_on(void **state)
{
    static const struct step steps[] = {
        {"POST /organizations/1/subscription/pause", .at = "/subscription/status",
         .is = "'paused'"},
        {"GET /organizations/1/subscription", .at = "/subscription/status", .is = "'paused'"},
        {"POST /organizations/1/subscription/unpause", .at = "/subscription/status",
         .is = "'active'"},
        {"DELETE /organizations/1/subscription", .at = "/subscription/status", .is = "'cancelled'"},
    };
    RUN(state, steps);
}

static void incomplete_executions_are_retried_together(void **state)
{
    static const struct step steps[] = {
        {"POST /dlqs/retry", "{'ids':['" HEX("d1") "']}", .is = "{'dlqs':['" HEX("d1") "']}"},
        {"GET /dlqs/" HEX("d1"), .at = "/dlq/resolved", .is = "true"},
    };
    RUN(state, steps);
}

/* -- bytes --------------------------------------------------------------------------------------
 */

#define APP "/sdk/apps/example-shop/1"

static json_t *put_bytes(struct api *api, const char *call, const char *type, const void *bytes,
                         size_t size)
{
    const struct api_answer answer =
        api_send(api, &(struct api_request){
                          .token = OWNER, .call = call, .type = type, .body = bytes, .size = size});
    assert_int_equal(answer.status, 200);
    return answer.json;
}

static void assert_bytes(struct api *api, const char *call, const void *bytes, size_t size)
{
    const struct api_answer answer = api_call(api, OWNER, call, NULL);
    assert_int_equal(answer.response.body_size, size);
    assert_memory_equal(answer.response.body, bytes, size);
}

static void bytes_are_kept_as_they_came(void **state)
{
    static const char text[] = "// a comment\n{}\n";
    unsigned char icon[2048];
    struct api *api = *state;
    const struct api_answer png = api_call(api, OWNER, "GET " APP "/icon/512", NULL);
    assert_string_equal(api_header(&png, "Content-Type"), "image/png");
    assert_true(png.response.body_size > 8);
    assert_memory_equal(png.response.body, "\x89PNG\r\n\x1a\n", 8);
    for (size_t i = 0; i < sizeof(icon); i++) {
        icon[i] = (unsigned char)i;
    }
    json_t *put = put_bytes(api, "PUT " APP "/icon", "image/png", icon, sizeof(icon));
    assert_true(json_is_true(json_object_get(put, "changed")));
    assert_bytes(api, "GET " APP "/icon/512", icon, sizeof(icon));
    put_bytes(api, "PUT " APP "/base", "application/jsonc", text, strlen(text));
    assert_bytes(api, "GET " APP "/base", text, strlen(text));
    const struct api_answer base = api_call(api, OWNER, "GET " APP "/base", NULL);
    assert_string_equal(api_header(&base, "Content-Type"), "application/jsonc");
}

/* -- organizations, and what a fixture brings ---------------------------------------------------
 */

static void an_organization_takes_all_that_it_has_along(void **state)
{
    static const struct step steps[] = {
        {"DELETE /organizations/1?confirmed=true", .is = "{'organization':1}"},
        {"GET /organizations/1", NULL, 404, .code = "SC404"},
        {"GET /teams/1", NULL, 404, .code = "SC404"},
        {"GET /scenarios/1", NULL, 404, .code = "SC404"},
        {"GET /scenarios/1/logs", NULL, 404, .code = "SC404"},
        {"GET /data-stores/1/data", NULL, 404, .code = "SC404"},
        {"GET /organizations", .at = "/organizations/*/id", .is = "[2]"},
    };
    RUN(state, steps);
}

static void who_makes_an_organization_owns_it(void **state)
{
    const char *token = api_bearer(*state, "openid admin:write organizations:read "
                                           "organizations:write teams:write teams:read");
    const struct step steps[] = {
        {"POST /organizations", "{'name':'Mine','regionId':1,'timezoneId':1,'countryId':1}",
         .at = "/organization/zone", .is = "'localhost:8080'", .token = token},
        {.at = "/organization/id", .is = "$made"},
        {"POST /teams", "{'name':'First','organizationId':$made}", .at = "/team/id", .is = "$team",
         .token = token},
        {"GET /organizations/$made", .at = "/organization/teams",
         .is = "[{'id':$team,'name':'First'}]", .token = token},
    };
    RUN(state, steps);
}

static void add_store(json_t *fixture)
{
    json_object_set_new(
        fixture, "resources",
        json_from("{'data-stores':[{'id':7,'name':'Mine','teamId':1}],"
                  "'data-store-records':[{'key':'k','of':['7'],'data':{'a':[1,null]}}]}"));
}

static int with_store(void **state)
{
    return api_open(state, add_store);
}

static void what_a_fixture_brings_is_there_instead(void **state)
{
    static const struct step steps[] = {
        {"GET /scenarios", .at = "/scenarios", .is = "[]"},
        {"GET /data-stores/7/data", .at = "/records", .is = "[{'key':'k','data':{'a':[1,null]}}]"},
        {"POST /data-stores", "{'name':'n','teamId':1,'maxSizeMB':1}", .at = "/dataStore/id",
         .is = "8"},
    };
    RUN(state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_follow_the_last_and_are_never_given_twice),
        TEST(what_is_refused_halfway_is_undone_whole),
        TEST(a_list_is_paged_and_sorted),
        TEST(documents_that_sort_alike_stay_in_order),
        TEST(columns_are_chosen),
        TEST(a_query_that_names_a_member_is_a_filter),
        TEST(connections_are_listed_by_their_types),
        TEST(records_are_counted_changed_and_cleared),
        TEST(hooks_are_switched_and_their_data_changed),
        TEST(what_is_asked_for_in_a_request_is_declined_or_taken_back),
        TEST(a_subscription_is_paused_and_goes_on),
        TEST(incomplete_executions_are_retried_together),
        TEST(bytes_are_kept_as_they_came),
        TEST(an_organization_takes_all_that_it_has_along),
        TEST(who_makes_an_organization_owns_it),
        cmocka_unit_test_setup_teardown(what_a_fixture_brings_is_there_instead, with_store,
                                        api_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
