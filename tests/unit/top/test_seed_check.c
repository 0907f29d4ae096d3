#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/seed_check.h"

static const char base[] =
    "{\"clients\":[{\"client_id\":\"a\",\"redirect_uris\":[\"http://localhost/cb\"],"
    "\"scope\":\"openid email\"}],"
    "\"users\":[{\"sub\":\"1\",\"organizations\":[{\"id\":1,\"role\":\"Owner\"}],"
    "\"teams\":[{\"id\":7,\"role\":\"Team admin\"}]}],"
    "\"organizations\":[{\"id\":1,\"name\":\"O\"}],"
    "\"teams\":[{\"id\":7,\"name\":\"T\",\"organizationId\":1}],"
    "\"scopes\":[{\"name\":\"openid\",\"kind\":\"oidc\",\"description\":\"o\"},"
    "{\"name\":\"email\",\"kind\":\"oidc\",\"description\":\"e\"}]}";

enum target { DOCUMENT, CLIENT, USER };

struct row {
    enum target target;
    const char *patch;   /* members that are put in the target; ' stands for " */
    const char *problem; /* NULL: none */
};

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static json_t *parse(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = strchr(copy, '\''); c != NULL; c = strchr(c, '\'')) {
        *c = '"';
    }
    json_t *value = json_loads(copy, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    return value;
}

static json_t *target_of(json_t *fixture, enum target target)
{
    if (target == DOCUMENT) {
        return fixture;
    }
    return json_array_get(json_object_get(fixture, target == CLIENT ? "clients" : "users"), 0);
}

static void judge(struct arena *arena, const struct row *row)
{
    json_auto_t *fixture = json_loads(base, 0, NULL);
    json_auto_t *patch = parse(arena, row->patch);
    const char *problem = NULL;
    json_object_update(target_of(fixture, row->target), patch);
    int outcome = seed_check(arena, fixture, &problem);
    if (row->problem == NULL) {
        assert_null(problem);
        assert_int_equal(outcome, 0);
        return;
    }
    assert_int_equal(outcome, 1);
    assert_string_equal(problem, row->problem);
}

static void judge_all(struct arena *arena, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        judge(arena, &rows[i]);
    }
}

static void a_good_registration_passes(void **state)
{
    static const struct row rows[] = {
        {CLIENT, "{}", NULL},
        {CLIENT, "{'client_secret':'s'}", NULL},
        {CLIENT, "{'token_endpoint_auth_method':'none'}", NULL},
        {CLIENT, "{'client_secret':'s','token_endpoint_auth_method':'client_secret_basic'}", NULL},
        {CLIENT, "{'redirect_uris':['com.example.app:/cb','http://app.test:81/x?y=z']}", NULL},
        {CLIENT, "{'client_secret':'s','grant_types':['client_credentials','authorization_code']}",
         NULL},
        {DOCUMENT,
         "{'clients':[{'client_id':'a','client_secret':'s','scope':'openid',"
         "'grant_types':['client_credentials']}]}",
         NULL},
        {CLIENT, "{'code_ttl':600,'access_token_ttl':1,'refresh_token_ttl':315360000}", NULL},
        {CLIENT, "{'refresh_policy':{'mode':'strict'}}", NULL},
        {CLIENT, "{'refresh_policy':{'mode':'retry_safe'}}", NULL},
        {USER, "{'address':{'formatted':'a\\nb'},'email_verified':false,'updated_at':0}", NULL},
        {USER, "{'birthdate':'0000-12-31','website':'https://example.com/#me'}", NULL},
        {USER, "{'name':'Zo\\u00eb'}", NULL},
        {DOCUMENT, "{'profile':'standard','keys':'generate'}", NULL},
        {DOCUMENT, "{'keys':[{'alg':'RS256','file':'a/b.pem'},{'alg':'RS256','pem':'x'}]}", NULL},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_wrong_type_is_told_with_its_pointer(void **state)
{
    static const struct row rows[] = {
        {DOCUMENT, "{'clients':{}}",
         "/clients: an object stands there; expected a list of 1 to 1000 clients"},
        {DOCUMENT, "{'clients':[]}",
         "/clients: a list without items stands there; expected a list of 1 to 1000 clients"},
        {DOCUMENT, "{'clients':['a']}",
         "/clients/0: \"a\" is a string; expected an object: a client"},
        {DOCUMENT, "{'users':null}",
         "/users: null stands there; expected a list of 1 to 10000 users"},
        {CLIENT, "{'client_id':1}",
         "/clients/0/client_id: 1 is a number; expected 1 to 255 printable ASCII characters, no "
         "space"},
        {CLIENT, "{'code_ttl':'300'}",
         "/clients/0/code_ttl: \"300\" is a string; expected an integer from 1 to 600: seconds"},
        {CLIENT, "{'code_ttl':1.5}",
         "/clients/0/code_ttl: 1.5 is no integer; expected an integer from 1 to 600: seconds"},
        {USER, "{'email_verified':'true'}",
         "/users/0/email_verified: \"true\" is a string; expected true or false"},
        {USER, "{'sub':true}",
         "/users/0/sub: true is a boolean; expected 1 to 255 printable ASCII "
         "characters, no space"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_missing_or_unknown_member_is_told_by_name(void **state)
{
    static const struct row rows[] = {
        {DOCUMENT, "{'client':[]}",
         "/client: unknown member, did you mean \"clients\"?; expected one of profile, clients, "
         "users, organizations, teams, resources, scopes, keys"},
        {DOCUMENT, "{'something':1}",
         "/something: unknown member; expected one of profile, clients, users, organizations, "
         "teams, resources, scopes, keys"},
        {DOCUMENT, "{'a/b~c':1}",
         "/a~1b~0c: unknown member; expected one of profile, clients, users, organizations, "
         "teams, resources, scopes, keys"},
        {CLIENT, "{'refresh_policy':{}}",
         "/clients/0/refresh_policy/mode: is missing; expected strict, grace or retry_safe"},
        {DOCUMENT, "{'users':[{'email':'a@b'}]}",
         "/users/0/sub: is missing; expected 1 to 255 printable ASCII characters, no space"},
        {DOCUMENT, "{'clients':[{'client_id':'a','redirect_uris':['http://a/']}]}",
         "/clients/0/scope: is missing; expected names of scopes with a space between two"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_redirect_uri_that_leads_to_no_client_is_refused(void **state)
{
    static const struct {
        const char *uri, *wrong;
    } rows[] = {
        {"http://a/#f", "has a fragment"},
        {"/cb", "has no scheme"},
        {"http://a/ b", "holds a space"},
        {"http:///cb", "has no host"},
        {"http://u@a/", "has a user before its host"},
        {"https://*.example.com/", "has a host that is not a name"},
        {"JavaScript:alert(1)", "has the scheme javascript, which leads to no client"},
        {"data:text/html,x", "has the scheme data, which leads to no client"},
        {"vbscript:x", "has the scheme vbscript, which leads to no client"},
        {"file:///etc/passwd", "has the scheme file, which leads to no client"},
        {"blob:x", "has the scheme blob, which leads to no client"},
        {"com.example:", "has nothing after its scheme"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row row = {
            CLIENT, arena_printf(*state, "{'redirect_uris':['http://ok/','%s']}", rows[i].uri),
            arena_printf(*state,
                         "/clients/0/redirect_uris/1: \"%s\" %s; expected an absolute URI without "
                         "a fragment",
                         rows[i].uri, rows[i].wrong)};
        judge(*state, &row);
    }
}

static void a_client_with_contradictions_is_refused(void **state)
{
    static const struct row rows[] = {
        {CLIENT, "{'token_endpoint_auth_method':'none','client_secret':'hush'}",
         "/clients/0/client_secret: stands there; expected none, as token_endpoint_auth_method is "
         "none"},
        {CLIENT, "{'token_endpoint_auth_method':'client_secret_post'}",
         "/clients/0/client_secret: is missing; expected one, as token_endpoint_auth_method is "
         "client_secret_post"},
        {CLIENT, "{'token_endpoint_auth_method':'client_secret_jwt'}",
         "/clients/0/token_endpoint_auth_method: \"client_secret_jwt\" is none of the words; "
         "expected client_secret_post, client_secret_basic, private_key_jwt or none"},
        {CLIENT, "{'token_endpoint_auth_method':'private_key_jwt'}",
         "/clients/0/jwks: is missing; expected one, as token_endpoint_auth_method is "
         "private_key_jwt"},
        {CLIENT,
         "{'token_endpoint_auth_method':'client_secret_post','client_secret':'x',"
         "'jwks':{'keys':[{'kty':'OKP','crv':'Ed25519','x':"
         "'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}]}}",
         "/clients/0/jwks: stands there; expected none, as token_endpoint_auth_method is "
         "client_secret_post"},
        {CLIENT, "{'grant_types':['refresh_token']}",
         "/clients/0/grant_types: a list stands there; expected authorization_code among them, or "
         "client_credentials alone"},
        {CLIENT, "{'grant_types':['authorization_code','client_credentials']}",
         "/clients/0/grant_types: a list stands there; expected no client_credentials, as the "
         "client is public"},
        {CLIENT, "{'client_secret':'s','grant_types':['client_credentials']}",
         "/clients/0/redirect_uris: a list stands there; expected none, as client_credentials "
         "redirects nobody"},
        {DOCUMENT, "{'clients':[{'client_id':'a','scope':'openid'}]}",
         "/clients/0/redirect_uris: is missing; expected a list of 1 to 32 absolute URIs"},
        {CLIENT, "{'grant_types':['authorization_code','authorization_code']}",
         "/clients/0/grant_types/1: \"authorization_code\" stands twice; expected a list of "
         "authorization_code, refresh_token and client_credentials"},
        {CLIENT, "{'response_types':['token']}",
         "/clients/0/response_types/0: \"token\" is none of the words; expected a response type "
         "that is served: code, id_token or code id_token"},
        {CLIENT, "{'scope':'openid scenarios:fly'}",
         "/clients/0/scope: has \"scenarios:fly\", which is not in the catalogue; expected names "
         "from /scopes, once each"},
        {CLIENT, "{'scope':'openid openid'}",
         "/clients/0/scope: has \"openid\" twice; expected names from /scopes, once each"},
        {CLIENT, "{'scope':' openid'}",
         "/clients/0/scope: \" openid\" has a space too many; expected names of scopes with a "
         "space between two"},
        {CLIENT, "{'scope':'openid,email'}",
         "/clients/0/scope: \"openid,email\" holds a comma, quote, backslash or foreign "
         "character; expected names of scopes with a space between two"},
        {CLIENT, "{'code_ttl':601}",
         "/clients/0/code_ttl: 601 is out of bounds; expected an integer from 1 to 600: seconds"},
        {CLIENT, "{'access_token_format':'saml'}",
         "/clients/0/access_token_format: \"saml\" is none of the words; expected jwt or opaque"},
    };
    judge_all(*state, rows, COUNT(rows));
}

/* RFR-16 */
static void a_grace_window_has_bounds(void **state)
{
    static const struct row rows[] = {
        {CLIENT, "{'refresh_policy':{'mode':'grace','seconds':60}}", NULL},
        {CLIENT, "{'refresh_policy':{'mode':'grace','seconds':300,'uses':1}}", NULL},
        {CLIENT, "{'refresh_policy':{'mode':'grace','seconds':61}}",
         "/clients/0/refresh_policy/seconds: 61 is out of bounds; expected at most 60, or at most "
         "300 beside \"uses\""},
        {CLIENT, "{'refresh_policy':{'mode':'grace','seconds':301,'uses':1}}",
         "/clients/0/refresh_policy/seconds: 301 is out of bounds; expected an integer from 1 to "
         "60, or to 300 beside \"uses\""},
        {CLIENT, "{'refresh_policy':{'mode':'grace'}}",
         "/clients/0/refresh_policy/seconds: is missing; expected the window in seconds, as the "
         "mode is grace"},
        {CLIENT, "{'refresh_policy':{'mode':'grace','seconds':30,'uses':0}}",
         "/clients/0/refresh_policy/uses: 0 is out of bounds; expected an integer from 1 to 1000"},
        {CLIENT, "{'refresh_policy':{'mode':'strict','seconds':30}}",
         "/clients/0/refresh_policy/seconds: 30 stands there; expected none, as only the mode "
         "grace has one"},
        {CLIENT, "{'refresh_policy':{'mode':'retry_safe','uses':1}}",
         "/clients/0/refresh_policy/uses: 1 stands there; expected none, as only the mode grace "
         "has one"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void the_same_name_twice_is_refused(void **state)
{
    static const struct row rows[] = {
        {DOCUMENT,
         "{'clients':[{'client_id':'a','redirect_uris':['http://a/'],'scope':'openid'},"
         "{'client_id':'a','redirect_uris':['http://b/'],'scope':'openid'}]}",
         "/clients/1/client_id: \"a\" stands twice; expected one that no other item of the list "
         "has"},
        {DOCUMENT, "{'users':[{'sub':'1'},{'sub':'1'}]}",
         "/users/1/sub: \"1\" stands twice; expected one that no other item of the list has"},
        {DOCUMENT, "{'users':[{'sub':'1','email':'a@b'},{'sub':'2','email':'a@b'}]}",
         "/users/1/email: \"a@b\" stands twice; expected one that no other item of the list has"},
        {DOCUMENT, "{'organizations':[{'id':1,'name':'a'},{'id':1,'name':'b'}]}",
         "/organizations/1/id: 1 stands twice; expected one that no other item of the list has"},
        {DOCUMENT,
         "{'scopes':[{'name':'openid','kind':'oidc','description':'o'},"
         "{'name':'openid','kind':'user','description':'o'}]}",
         "/scopes/1/name: \"openid\" stands twice; expected one that no other item of the list "
         "has"},
        {USER, "{'teams':[{'id':7,'role':'Team admin'},{'id':7,'role':'Team member'}]}",
         "/users/0/teams/1/id: 7 stands twice; expected one that no other item of the list has"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void what_is_referred_to_must_be_there(void **state)
{
    static const struct row rows[] = {
        {USER, "{'organizations':[{'id':2,'role':'Owner'}]}",
         "/users/0/organizations/0/id: 2 is not there; expected an id from /organizations"},
        {USER, "{'teams':[{'id':1,'role':'Team admin'}]}",
         "/users/0/teams/0/id: 1 is not there; expected an id from /teams"},
        {USER, "{'teams':[{'id':7,'role':'Owner'}]}",
         "/users/0/teams/0/role: \"Owner\" is none of the words; expected Team admin, Team member, "
         "Team monitoring, Team operator or Team restricted member"},
        {DOCUMENT, "{'teams':[{'id':7,'name':'T','organizationId':3}]}",
         "/teams/0/organizationId: 3 is not there; expected an id from /organizations"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_key_is_a_file_below_or_a_pem(void **state)
{
    static const struct row rows[] = {
        {DOCUMENT, "{'keys':'new'}",
         "/keys: \"new\" stands there; expected \"generate\", or a list of 1 to 8 keys"},
        {DOCUMENT, "{'keys':[{'alg':'RS256'}]}",
         "/keys/0: has no key; expected either \"file\" or \"pem\""},
        {DOCUMENT, "{'keys':[{'alg':'RS256','file':'a','pem':'b'}]}",
         "/keys/0: has both \"file\" and \"pem\"; expected either \"file\" or \"pem\""},
        {DOCUMENT, "{'keys':[{'alg':'none','pem':'b'}]}",
         "/keys/0/alg: \"none\" is none of the words; expected RS256, ES256 or EdDSA"},
        {DOCUMENT, "{'keys':[{'alg':'RS256','file':'../a'}]}",
         "/keys/0/file: \"../a\" leads out of the fixture's directory, or has an empty part or a "
         "dot for one; expected the name of a file below the fixture's directory"},
        {DOCUMENT, "{'keys':[{'alg':'RS256','file':'/a'}]}",
         "/keys/0/file: \"/a\" leads out of the fixture's directory, or has an empty part or a dot "
         "for one; expected the name of a file below the fixture's directory"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_secret_is_never_shown(void **state)
{
    static const struct row rows[] = {
        {CLIENT, "{'client_secret':'hush\\n'}",
         "/clients/0/client_secret: holds a character that is not printable ASCII; expected 1 to "
         "255 printable ASCII characters"},
        {USER, "{'password':12345}",
         "/users/0/password: is a number; expected 1 to 255 printable ASCII characters"},
        {USER, "{'password':['hush']}",
         "/users/0/password: stands there; expected 1 to 255 printable ASCII characters"},
    };
    judge_all(*state, rows, COUNT(rows));
}

static void a_long_value_is_cut_and_a_refusal_is_one_line(void **state)
{
    char uri[200] = {0};
    const char *problem = NULL;
    memset(uri, 'x', sizeof(uri) - 1);
    json_auto_t *fixture = json_loads(base, 0, NULL);
    json_object_set_new(target_of(fixture, CLIENT), "redirect_uris",
                        json_pack("[s]", arena_printf(*state, "\n%s", uri)));
    assert_int_equal(seed_check(*state, fixture, &problem), 1);
    assert_null(strchr(problem, '\n'));
    assert_null(strstr(problem, uri));
    assert_non_null(strstr(problem, "..."));
}

static void a_document_that_is_no_object_is_refused(void **state)
{
    const char *problem = NULL;
    json_auto_t *list = json_array();
    assert_int_equal(seed_check(*state, list, &problem), 1);
    assert_string_equal(problem,
                        "(the document): a list stands there; expected an object: a fixture");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_registration_passes),
        cmocka_unit_test(a_wrong_type_is_told_with_its_pointer),
        cmocka_unit_test(a_missing_or_unknown_member_is_told_by_name),
        cmocka_unit_test(a_redirect_uri_that_leads_to_no_client_is_refused),
        cmocka_unit_test(a_client_with_contradictions_is_refused),
        cmocka_unit_test(a_grace_window_has_bounds),
        cmocka_unit_test(the_same_name_twice_is_refused),
        cmocka_unit_test(what_is_referred_to_must_be_there),
        cmocka_unit_test(a_key_is_a_file_below_or_a_pem),
        cmocka_unit_test(a_secret_is_never_shown),
        cmocka_unit_test(a_long_value_is_cut_and_a_refusal_is_one_line),
        cmocka_unit_test(a_document_that_is_no_object_is_refused),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
