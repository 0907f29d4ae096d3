#include "tests/unit/oauth/world.h"

#include "server/oauth/response_type.h"

/* proves: AUT-15 */
static void a_response_type_is_a_set_of_words(void **state)
{
    (void)state;
    assert_int_equal(response_type_find("code"), RESPONSE_CODE);
    assert_int_equal(response_type_find("id_token"), RESPONSE_ID_TOKEN);
    assert_int_equal(response_type_find("code id_token"), RESPONSE_CODE_ID_TOKEN);
    assert_int_equal(response_type_find("id_token code"), RESPONSE_CODE_ID_TOKEN);
}

static void nothing_else_is_one(void **state)
{
    (void)state;
    static const char *const strangers[] = {NULL,
                                            "",
                                            "token",
                                            "CODE",
                                            "code token",
                                            "id_token token",
                                            "none",
                                            "code code",
                                            "id_token id_token",
                                            "code id_token token",
                                            "codes",
                                            "code,id_token"};
    for (size_t i = 0; i < COUNT(strangers); i++) {
        assert_int_equal(response_type_find(strangers[i]), RESPONSE_TYPE__MAX);
    }
}

static enum response_mode mode_of(const char *type, const char *mode)
{
    const struct form_field fields[] = {{"response_type", type}, {"response_mode", mode}};
    const struct form form = {.fields = fields, .count = mode != NULL ? 2 : 1};
    return response_mode_of(&form);
}

static void each_type_has_its_default_mode(void **state)
{
    (void)state;
    assert_int_equal(mode_of("code", NULL), RESPONSE_MODE_QUERY);
    assert_int_equal(mode_of("id_token", NULL), RESPONSE_MODE_FRAGMENT);
    assert_int_equal(mode_of("id_token code", NULL), RESPONSE_MODE_FRAGMENT);
    assert_int_equal(mode_of("code", "fragment"), RESPONSE_MODE_FRAGMENT);
    assert_int_equal(mode_of("code", "form_post"), RESPONSE_MODE_FORM_POST);
}

static void a_refusal_travels_in_a_mode_that_is_safe(void **state)
{
    (void)state;
    assert_int_equal(mode_of("id_token", "query"), RESPONSE_MODE_FRAGMENT);
    assert_int_equal(mode_of("code id_token", "jwt"), RESPONSE_MODE_FRAGMENT);
    assert_int_equal(mode_of("code", "jwt"), RESPONSE_MODE_QUERY);
    assert_int_equal(mode_of("token", NULL), RESPONSE_MODE_QUERY);
    assert_int_equal(mode_of("token", "form_post"), RESPONSE_MODE_FORM_POST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_response_type_is_a_set_of_words),
        WORLD_TEST(nothing_else_is_one),
        WORLD_TEST(each_type_has_its_default_mode),
        WORLD_TEST(a_refusal_travels_in_a_mode_that_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
