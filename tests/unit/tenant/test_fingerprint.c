#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/tenant/fingerprint.h"
#include "tests/unit/tenant/given.h"

/* printf 'correct horse' | sha256sum | cut -c1-12 */
#define SECRET "correct horse"
#define SHOWN "fp:4104d36f8da2"
#define JWT "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."

static void a_secret_is_the_beginning_of_its_digest(void **state)
{
    char out[FINGERPRINT_SIZE];
    fingerprint(out, SECRET);
    assert_string_equal(out, SHOWN);
    assert_true(fingerprint_is_one(out));
    assert_false(fingerprint_is_one("fp:1f3a9c20b7d"));
    assert_false(fingerprint_is_one("fp:1f3a9c20b7dX"));
    assert_string_equal(fingerprint_text(*state, SHOWN), SHOWN);
    assert_string_equal(fingerprint_text(*state, ""), "");
}

static void a_name_tells_a_secret_however_it_is_written(void **state)
{
    static const char *const names[] = {"code",           "access_token",  "accessToken",
                                        "Access-Token",   "CODE",          "client_secret",
                                        "password",       "token",         "id_token_hint",
                                        "code_challenge", "refresh_token", "assertion"};
    static const char *const open[] = {"client_id",  "state",      "nonce", "redirect_uri",
                                       "grant_type", "codes",      "cod",   "",
                                       "_",          "token_type", "scope"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_string_equal(fingerprint_parameter(*state, names[i], SECRET), SHOWN);
    }
    for (size_t i = 0; i < COUNT(open); i++) {
        assert_string_equal(fingerprint_parameter(*state, open[i], SECRET), SECRET);
    }
}

static void a_jwt_is_a_secret_wherever_it_stands(void **state)
{
    char out[FINGERPRINT_SIZE];
    fingerprint(out, JWT);
    assert_string_equal(fingerprint_parameter(*state, "state", JWT), out);
    assert_string_equal(fingerprint_header(*state, "X-Anything", JWT), out);
    assert_string_equal(fingerprint_header(*state, "Authorization", "Bearer " JWT),
                        arena_printf(*state, "Bearer %s", out));
    assert_string_equal(fingerprint_parameter(*state, "state", "eyJ.b"), "eyJ.b");
    assert_string_equal(fingerprint_parameter(*state, "state", "eyJ.b c.d"), "eyJ.b c.d");
}

static void a_header_shows_all_but_its_secrets(void **state)
{
    static const struct {
        const char *name, *value, *shown;
    } rows[] = {
        {"Authorization", "Bearer correct horse", "Bearer " SHOWN},
        {"authorization", "Token  correct horse", "Token " SHOWN},
        {"Authorization", "Bearer " SHOWN, "Bearer " SHOWN},
        {"Authorization", "correct%20horse", NULL},
        /* base64 of demo-web:correct+horse, form-encoded as RFC 6749 2.3.1 has it */
        {"Authorization", "Basic ZGVtby13ZWI6Y29ycmVjdCtob3JzZQ==", "Basic demo-web:" SHOWN},
        {"Authorization", "Basic demo-web:" SHOWN, "Basic demo-web:" SHOWN},
        {"Authorization", "Basic !!", NULL},
        {"Cookie", "a=correct horse; b=" SHOWN "; correct horse",
         "a=" SHOWN "; b=" SHOWN "; " SHOWN},
        {"Set-Cookie", "sid=correct horse; Path=/; HttpOnly", "sid=" SHOWN "; Path=/; HttpOnly"},
        {"Location", "http://localhost/cb?state=x&code=correct+horse#id_token=correct%20horse&y",
         "http://localhost/cb?state=x&code=" SHOWN "#id_token=" SHOWN "&y"},
        {"Referer", "http://localhost/cb?c%6fde=correct%20horse&scope=a+b",
         "http://localhost/cb?c%6fde=" SHOWN "&scope=a+b"},
        {"X-Api-Key", "correct horse", SHOWN},
        {"Accept", "text/html; q=0.5", "text/html; q=0.5"},
        {"User-Agent", "correct horse", "correct horse"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *shown = fingerprint_header(*state, rows[i].name, rows[i].value);
        if (rows[i].shown != NULL) {
            assert_string_equal(shown, rows[i].shown);
        }
        assert_null(rows[i].shown == NULL ? strstr(shown, "orse") : NULL);
        assert_null(rows[i].shown == NULL ? strstr(shown, "!!") : NULL);
    }
}

static void json_shows_all_but_its_secrets(void **state)
{
    json_t *value = given("{'name':'x','password':'correct horse','n':1,'list':[{'token':'correct "
                          "horse'}],'token':['correct horse',true],'secret':{'any':'correct "
                          "horse'},'state':'" JWT "'}");
    json_t *shown = fingerprint_json(*state, NULL, value);
    char jwt[FINGERPRINT_SIZE];
    fingerprint(jwt, JWT);
    assert_string_equal(told(*state, shown),
                        arena_printf(*state,
                                     "{'name':'x','password':'" SHOWN
                                     "','n':1,'list':[{'token':'" SHOWN "'}],'token':['" SHOWN
                                     "',true],'secret':{'any':'" SHOWN "'},'state':'%s'}",
                                     jwt));
    json_decref(shown);
    json_decref(value);
}

static void a_number_that_is_a_secret_is_hidden(void **state)
{
    json_t *value = given("{'password':123456}");
    json_t *shown = fingerprint_json(*state, NULL, value);
    char out[FINGERPRINT_SIZE];
    fingerprint(out, "123456");
    assert_string_equal(json_string_value(json_object_get(shown, "password")), out);
    json_decref(shown);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_secret_is_the_beginning_of_its_digest),
        WITH_ARENA(a_name_tells_a_secret_however_it_is_written),
        WITH_ARENA(a_jwt_is_a_secret_wherever_it_stands),
        WITH_ARENA(a_header_shows_all_but_its_secrets),
        WITH_ARENA(json_shows_all_but_its_secrets),
        WITH_ARENA(a_number_that_is_a_secret_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
