#include "tests/unit/oauth/world.h"

#include "server/oauth/redirect_uri.h"

static void the_letter_decides(void **state)
{
    (void)state;
    const char *registered = "https://app.example/cb?x=1";
    assert_true(redirect_uri_matches(registered, "https://app.example/cb?x=1"));
    static const char *const others[] = {
        "https://app.example/cb",         "https://app.example/cb?x=1&y=2",
        "https://app.example/cb?x=2",     "https://app.example/cb/?x=1",
        "https://app.example:443/cb?x=1", "https://APP.example/cb?x=1",
        "https://u@app.example/cb?x=1",   "https://app.example/./cb?x=1",
        "https://app.example/%63b?x=1",   "https://app.example/cb?x=1#",
        "http://app.example/cb?x=1",      "",
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(redirect_uri_matches(registered, others[i]));
    }
}

static void a_loopback_address_may_come_with_any_port(void **state)
{
    (void)state;
    assert_true(redirect_uri_matches("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"));
    assert_true(redirect_uri_matches("http://127.0.0.1:8080/cb", "http://127.0.0.1:51004/cb"));
    assert_true(redirect_uri_matches("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb"));
    assert_true(redirect_uri_matches("http://[::1]/cb", "http://[::1]:9/cb"));
    assert_true(redirect_uri_matches("http://localhost/cb", "http://localhost:9/cb"));
}

static void nothing_but_the_port_is_free(void **state)
{
    (void)state;
    static const char *const others[] = {
        "http://127.0.0.1:80/cb/",      "http://127.0.0.1:80/cb?x", "http://127.0.0.1:80/cb#",
        "http://u@127.0.0.1:80/cb",     "https://127.0.0.1:80/cb",  "http://127.0.0.1.evil:80/cb",
        "http://127.0.0.1:80@evil/cb",  "http://0x7f.1/cb",         "http://2130706433/cb",
        "http://[::ffff:127.0.0.1]/cb", "http://127.0.0.1:0/cb",    "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:08/cb",       "http://127.0.0.1:/cb",     "http://127.0.0.1:8x/cb",
        "http://localhost/cb",
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(redirect_uri_matches("http://127.0.0.1/cb", others[i]));
    }
    assert_false(redirect_uri_matches("https://127.0.0.1/cb", "https://127.0.0.1:9/cb"));
    assert_false(redirect_uri_matches("http://@127.0.0.1/cb", "http://@127.0.0.1:9/cb"));
}

static void localhost_registered_with_a_port_keeps_it(void **state)
{
    (void)state;
    assert_false(redirect_uri_matches("http://localhost:3000/cb", "http://localhost:3001/cb"));
    assert_false(redirect_uri_matches("http://localhost/cb", "http://127.0.0.1/cb"));
}

static void a_refusal_names_the_nearest_uri_and_the_difference(void **state)
{
    struct world *world = *state;
    struct verdict verdict =
        redirect_uri_allow(world->arena, &world->web, "http://localhost:3000/cb/");
    assert_int_equal(verdict.code, ERROR_INVALID_REQUEST);
    assert_string_equal(verdict.detail,
                        "redirect_uri 'http://localhost:3000/cb/' is not registered for client "
                        "'web'; nearest: 'http://localhost:3000/cb' (trailing slash); add it to "
                        "redirect_uris of 'web'");
}

static void the_difference_has_a_name(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *presented, *difference;
    } rows[] = {
        {"http://a.example:1/cb?x/", "trailing slash"},
        {"http://A.example:1/cb?x", "upper and lower case"},
        {"https://a.example:1/cb?x", "scheme"},
        {"http://u@a.example:1/cb?x", "user information"},
        {"http://b.example:1/cb?x", "host"},
        {"http://a.example:2/cb?x", "port"},
        {"http://a.example:1/cc?x", "path"},
        {"http://a.example:1/cb?y", "query"},
        {"http://a.example:1/cb?x#z", "fragment"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(
            redirect_uri_difference(world->arena, "http://a.example:1/cb?x", rows[i].presented),
            rows[i].difference);
    }
}

/* RFC 8252 7.1 */
#define NO_CLIENT                                                                                  \
    "which leads to no client: it is not the web's, and an app's own holds a dot (RFC 8252 7.1)"

static void what_leads_to_no_client_is_refused_with_the_reason_or_what_was_meant(void **state)
{
    static const struct {
        const char *text, *fault; /* NULL: none */
    } rows[] = {
        {"http://localhost/*", "has a *, and wildcards are not a thing here"},
        {"https://*.example.com/cb", "has a *, and wildcards are not a thing here"},
        {"localhost:3000/cb", "has no scheme; did you mean http://localhost:3000/cb"},
        {"127.0.0.1:3000", "has no scheme; did you mean http://127.0.0.1:3000"},
        {"localhost/cb", "has no scheme; did you mean http://localhost/cb"},
        {"app.example.com:8443/cb", "has no scheme; did you mean https://app.example.com:8443/cb"},
        {"www.example.com/cb", "has no scheme; did you mean https://www.example.com/cb"},
        {"vbscript:x", "has the scheme vbscript, " NO_CLIENT},
        {"file:///etc/passwd", "has the scheme file, " NO_CLIENT},
        {"blob:x", "has the scheme blob, " NO_CLIENT},
        {"intent://x", "has the scheme intent, " NO_CLIENT},
        {"about:blank", "has the scheme about, " NO_CLIENT},
        {"http://localhost:3000/cb?any=*", NULL},
        {"com.example.app:cb", NULL},
        {"com.example.app:/cb:1", NULL},
    };
    AUTO(arena_drop) struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *fault = redirect_uri_fault(arena, rows[i].text);
        assert_string_equal(fault == NULL ? "" : fault, rows[i].fault == NULL ? "" : rows[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_letter_decides),
        WORLD_TEST(a_loopback_address_may_come_with_any_port),
        WORLD_TEST(nothing_but_the_port_is_free),
        WORLD_TEST(localhost_registered_with_a_port_keeps_it),
        WORLD_TEST(a_refusal_names_the_nearest_uri_and_the_difference),
        WORLD_TEST(the_difference_has_a_name),
        cmocka_unit_test(what_leads_to_no_client_is_refused_with_the_reason_or_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
