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
                        "'web'; nearest: 'http://localhost:3000/cb' (trailing slash)");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_letter_decides),
        WORLD_TEST(a_loopback_address_may_come_with_any_port),
        WORLD_TEST(nothing_but_the_port_is_free),
        WORLD_TEST(localhost_registered_with_a_port_keeps_it),
        WORLD_TEST(a_refusal_names_the_nearest_uri_and_the_difference),
        WORLD_TEST(the_difference_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
