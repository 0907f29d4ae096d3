/* Refusals of Make's API, in the shape that Make's clients parse; what is refused has changed
 * nothing. */
#include "tests/unit/endpoints/api.h"

#define JSON "application/json"

static void says_message(const struct api_answer *answer, const char *message)
{
    assert_string_equal(text_of(answer->json, "message"), message);
}

/* -- 404, 405, 406 ------------------------------------------------------------------------------
 */

static void a_path_that_the_api_does_not_have_is_404_whoever_asks(void **state)
{
    static const char *const tokens[] = {NULL, OWNER};
#define NO_PATH(path)                                                                              \
    {                                                                                              \
        "GET " path, NULL, 404, "SC404",                                                           \
            "^the API has no path '" path "'; GET /_makeshift/operations lists those it has$"      \
    }
    static const struct api_row rows[] = {
        NO_PATH("/nothing"),   NO_PATH("/scenarios/"),   NO_PATH("/scenarios/1/nothing"),
        NO_PATH("/Scenarios"), NO_PATH("/scenarios//1"),
    };
#undef NO_PATH
    for (size_t i = 0; i < COUNT(tokens) * COUNT(rows); i++) {
        const struct api_row *row = &rows[i / COUNT(tokens)];
        const struct api_answer answer = api_refused(*state, tokens[i % COUNT(tokens)], row->call,
                                                     NULL, row->status, row->code, row->says);
        says_message(&answer, "Not Found");
    }
}

static void the_api_itself_is_no_path(void **state)
{
    assert_int_equal(api_call(*state, NULL, "GET ", NULL).status, 404);
    assert_int_equal(api_call(*state, NULL, "GET /", NULL).status, 404);
}

static void a_wrong_method_is_405_and_names_the_right_ones(void **state)
{
    const struct api_answer answer =
        api_refused(*state, NULL, "PUT /scenarios/1", NULL, 405, "SC405",
                    "^PUT is not allowed here, but DELETE, GET, PATCH, HEAD, OPTIONS$");
    says_message(&answer, "Method Not Allowed");
    assert_string_equal(api_header(&answer, "Allow"), "DELETE, GET, PATCH, HEAD, OPTIONS");
}

static void an_unconfirmed_deletion_is_406(void **state)
{
    static const char *const calls[] = {
        "DELETE /teams/2",
        "DELETE /teams/2?confirmed=false",
        "DELETE /teams/2?confirmed",
        "DELETE /teams/2?confirmed=TRUE",
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        const struct api_answer answer =
            api_refused(*state, OWNER, calls[i], NULL, 406, "IM004", "confirmed=true");
        says_message(&answer, "Confirmation required");
    }
    assert_json(api_ok(*state, OWNER, "DELETE /teams/2?confirmed=true", NULL), "{'team':2}");
}

/* -- 400 ----------------------------------------------------------------------------------------
 */

static void a_path_that_cannot_be_decoded_is_refused(void **state)
{
    static const struct api_row rows[] = {
        {"PATCH /data-stores/1/data/a%2Fb", "{}", 400, "IM005", NULL},
        {"PATCH /data-stores/1/data/a%5Cb", "{}", 400, "IM005", NULL},
        {"PATCH /data-stores/1/data/%00", "{}", 400, "IM005", NULL},
        {"PATCH /data-stores/1/data/%zz", "{}", 400, "IM005", NULL},
        {"PATCH /data-stores/1/data/%FF", "{}", 400, "IM005", NULL},
        {"PATCH /data-stores/1/data/a%0Ab", "{}", 400, "IM005", NULL},
    };
    api_refuses(*state, OWNER, rows, COUNT(rows));
}

static void an_id_that_is_no_number_is_refused(void **state)
{
    static const char *const ids[] = {"0",   "-1", "x", "1.5", "2147483648", "99999999999999999999",
                                      "01x", "%20"};
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        api_refused(api, OWNER, arena_printf(api->arena, "GET /scenarios/%s", ids[i]), NULL, 400,
                    "IM005", "in the path is no number; expected a number from 1 to 2147483647");
        api_refused(api, OWNER, arena_printf(api->arena, "GET /scenarios?teamId=%s", ids[i]), NULL,
                    400, "IM005", "^teamId: '.*' is no number");
    }
}

static void a_list_that_cannot_be_cut_so_is_refused(void **state)
{
    static const struct api_row rows[] = {
        {"GET /scenarios?pg[limit]=x", NULL, 400, "IM005", "^pg\\[limit]: "},
        {"GET /scenarios?pg[limit]=-1", NULL, 400, "IM005", "^pg\\[limit]: "},
        {"GET /scenarios?pg[limit]=10001", NULL, 400, "IM005", "^pg\\[limit]: "},
        {"GET /scenarios?pg[offset]=1e3", NULL, 400, "IM005", "^pg\\[offset]: "},
        {"GET /scenarios?pg[sortDir]=up", NULL, 400, "IM005", "^pg\\[sortDir]: "},
        {"GET /scenarios?pg[sortBy]=colour", NULL, 400, "IM005", "^pg\\[sortBy]: "},
        {"GET /scenarios?cols[]=colour", NULL, 400, "IM005", "^cols\\[]: "},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct api_answer answer = api_refused(*state, OWNER, rows[i].call, NULL,
                                                     rows[i].status, rows[i].code, rows[i].says);
        says_message(&answer, "Validation failed");
    }
}

/* -- what is refused changes nothing ------------------------------------------------------------
 */

/* What a call might have changed. */
static json_t *state_of(struct api *api)
{
    static const char *const calls[] = {"GET /scenarios",    "GET /teams",
                                        "GET /data-stores",  "GET /data-stores/1/data",
                                        "GET /users/roles",  "GET /users/me/api-tokens",
                                        "GET /organizations"};
    json_t *state = api_keep(api, json_array());
    for (size_t i = 0; i < COUNT(calls); i++) {
        json_array_append(state, api_ok(api, OWNER, calls[i], NULL));
    }
    return state;
}

static void state_is(struct api *api, const json_t *before, const char *what)
{
    if (!json_equal(state_of(api), before)) {
        fail_msg("%s: has changed something", what);
    }
}

/* As it stands, with its size: NUL and bytes that are no UTF-8 are among them. */
#define BODY(text) text, sizeof(text) - 1

static const struct {
    const char *call, *body;
    size_t size;
    const char *says;
} wrong_bodies[] = {
    {"POST /scenarios", BODY("{"), NULL},
    {"POST /scenarios", BODY(""), "^teamId: is missing"},
    {"POST /scenarios", BODY("[]"), "^the body"},
    {"POST /scenarios", BODY("\"x\""), "^the body"},
    {"POST /scenarios", BODY("{\"teamId\":1,\"teamId\":1}"), NULL},
    {"POST /scenarios", BODY("{\"teamId\":1,\"name\":\"\xff\"}"), NULL},
    {"POST /scenarios", BODY("\0"), NULL},
    {"POST /scenarios", BODY("{\"teamId\":1,\"name\":7}"), "^name: is an integer; expected a text"},
    {"POST /scenarios", BODY("{\"teamId\":1,\"name\":\"\"}"), "^name: is empty"},
    {"POST /scenarios", BODY("{\"teamId\":1,\"name\":\"x\",\"isActive\":\"yes\"}"),
     "^isActive: is a text; expected true or false"},
    {"POST /scenarios", BODY("{\"teamId\":\"1\",\"name\":\"x\"}"), "^teamId: is no number"},
    {"POST /scenarios", BODY("{\"teamId\":0,\"name\":\"x\"}"), "^teamId: is no number"},
    {"POST /scenarios", BODY("{\"teamId\":1,\"name\":\"x\",\"scheduling\":\"{\"}"),
     "^scheduling: is no JSON"},
    {"PATCH /scenarios/1", BODY("{\"id\":2}"), "^id: cannot be changed"},
    {"PATCH /scenarios/1", BODY("{\"usedPackages\":{}}"), "^usedPackages: is an object"},
    {"POST /data-stores", BODY("{\"name\":\"x\",\"teamId\":1,\"maxSizeMB\":0}"),
     "^maxSizeMB: is no number"},
    {"POST /data-stores/1/data", BODY("{\"key\":\"a/b\",\"data\":{}}"), "^key: cannot be a key"},
    {"POST /data-stores/1/data", BODY("{\"key\":\"customer-1\",\"data\":{}}"),
     "^key: 'customer-1' is there already"},
    {"POST /users/me/api-tokens", BODY("{\"label\":\"x\",\"scope\":[\"no:such\"]}"),
     "^scope: 'no:such' is unknown"},
    {"POST /users/me/api-tokens", BODY("{\"label\":\"\",\"scope\":[\"user:read\"]}"),
     "^label: is missing or empty"},
    {"POST /users/custom-roles",
     BODY("{\"name\":\"x\",\"category\":\"team\",\"organizationId\":1,\"permissions\":[999]}"),
     "^permissions: has one"},
    {"POST /users/custom-roles",
     BODY("{\"name\":\"Owner\",\"category\":\"team\",\"organizationId\":1,\"permissions\":[]}"),
     "^name: is another role's"},
};

/* proves: SCP-09 */
static void what_is_refused_for_its_body_has_changed_nothing(void **state)
{
    struct api *api = *state;
    const json_t *before = state_of(api);
    for (size_t i = 0; i < COUNT(wrong_bodies); i++) {
        const struct api_answer answer =
            api_send(api, &(struct api_request){.token = OWNER,
                                                .call = wrong_bodies[i].call,
                                                .type = JSON,
                                                .body = wrong_bodies[i].body,
                                                .size = wrong_bodies[i].size});
        const char *what =
            arena_printf(api->arena, "%s %s", wrong_bodies[i].call, wrong_bodies[i].body);
        api_is_refusal(api, &answer, what, 400, "IM005", wrong_bodies[i].says);
        says_message(&answer, "Validation failed");
        state_is(api, before, what);
    }
}

/* User 3001's role and user 3002's scopes allow no change. */
static void add_readers(json_t *fixture)
{
    add_user(fixture, "3001",
             "{'organizations':[{'id':1,'role':'Member'}],"
             "'teams':[{'id':1,'role':'Team monitoring'}]}");
    set_scopes_but(add_user(fixture, "3002", "{'organizations':[{'id':1,'role':'Owner'}]}"),
                   ":write");
}

static int with_readers(void **state)
{
    return api_open(state, add_readers);
}

/* proves: SCP-09 */
static void what_scope_role_or_confirmation_refuses_has_changed_nothing(void **state)
{
    static const struct api_row denied[] = {
        {"POST /scenarios",
         "{'teamId':1,'blueprint':{'name':'x','flow':[],'metadata':{}},"
         "'scheduling':{'type':'indefinitely','interval':900}}",
         403, "SC403", NULL},
        {"PATCH /scenarios/1", "{'name':'x'}", 403, "SC403", NULL},
        {"DELETE /scenarios/1", NULL, 403, "SC403", NULL},
        {"DELETE /teams/1?confirmed=true", NULL, 403, "SC403", NULL},
        {"DELETE /data-stores/1/data?confirmed=true", "{'all':true}", 403, "SC403", NULL},
    };
    static const struct api_row unconfirmed[] = {
        {"DELETE /teams/1", NULL, 406, "IM004", NULL},
        {"DELETE /data-stores/1", NULL, 406, "IM004", NULL},
        {"DELETE /organizations/1", NULL, 406, "IM004", NULL},
    };
    const json_t *before = state_of(*state);
    api_refuses(*state, TOKEN(3001), denied, COUNT(denied));
    api_refuses(*state, TOKEN(3002), denied, COUNT(denied));
    api_refuses(*state, OWNER, unconfirmed, COUNT(unconfirmed));
    state_is(*state, before, "a refused call");
}

/* -- all of them --------------------------------------------------------------------------------
 */

static void with_terse_refusals_the_detail_gives_nothing_away(void **state)
{
    struct api *api = *state;
    api->world->tenant.explain = EXPLAIN_TERSE;
    api_refused(api, OWNER, "GET /scenarios/99", NULL, 404, "SC404", "^Not Found$");
    api_refused(api, OWNER, "POST /scenarios", "{}", 400, "IM005", "^Validation failed$");
}

static struct api_answer preflight(struct api *api, const char *origin)
{
    const char *headers = arena_printf(api->arena,
                                       "Origin: %s\nAccess-Control-Request-Method: PATCH\n"
                                       "Access-Control-Request-Headers: authorization,"
                                       "content-type\n",
                                       origin);
    return api_send(api, &(struct api_request){.call = "OPTIONS /scenarios/1", .headers = headers});
}

static void pages_of_registered_origins_may_call_and_no_others(void **state)
{
    const struct api_answer known = preflight(*state, "http://localhost:3000");
    const struct api_answer foreign = preflight(*state, "http://evil.example");
    assert_null(response_get(&foreign.response, "Access-Control-Allow-Origin"));
    assert_string_equal(api_header(&known, "Access-Control-Allow-Origin"), "http://localhost:3000");
    assert_int_equal(known.status, 204);
    assert_non_null(strstr(api_header(&known, "Access-Control-Allow-Methods"), "PATCH"));
    assert_non_null(
        strcasestr(api_header(&known, "Access-Control-Allow-Headers"), "authorization"));
}

static void answers_are_not_kept_by_caches(void **state)
{
    static const char *const calls[] = {"GET /users/me", "GET /nothing"};
    for (size_t i = 0; i < COUNT(calls); i++) {
        const struct api_answer answer = api_call(*state, OWNER, calls[i], NULL);
        assert_non_null(strstr(api_header(&answer, "Cache-Control"), "no-store"));
    }
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_path_that_the_api_does_not_have_is_404_whoever_asks, api_begin),
        TEST(the_api_itself_is_no_path, api_begin),
        TEST(a_wrong_method_is_405_and_names_the_right_ones, api_begin),
        TEST(an_unconfirmed_deletion_is_406, api_begin),
        TEST(a_path_that_cannot_be_decoded_is_refused, api_begin),
        TEST(an_id_that_is_no_number_is_refused, api_begin),
        TEST(a_list_that_cannot_be_cut_so_is_refused, api_begin),
        TEST(what_is_refused_for_its_body_has_changed_nothing, api_begin),
        TEST(what_scope_role_or_confirmation_refuses_has_changed_nothing, with_readers),
        TEST(with_terse_refusals_the_detail_gives_nothing_away, api_begin),
        TEST(pages_of_registered_origins_may_call_and_no_others, api_begin),
        TEST(answers_are_not_kept_by_caches, api_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
