#include "tests/unit/oauth/world.h"

#include "server/oauth/authorization.h"

static struct verdict read_request(struct world *world, const char *type,
                                   struct authorization *authorization)
{
    const struct form_field fields[] = {{"client_id", "web"},
                                        {"redirect_uri", "http://localhost:3000/cb"},
                                        {"response_type", type},
                                        {"scope", "openid"},
                                        {"state", "s"}};
    const struct form form = {.fields = fields, .count = COUNT(fields)};
    return authorization_read(&world->tenant, world->arena, &form, authorization);
}

static void a_registered_response_type_is_read(void **state)
{
    struct authorization authorization;
    assert_int_equal(read_request(*state, "code", &authorization).code, ERROR_NONE);
    assert_int_equal(authorization.response_type, RESPONSE_CODE);
    assert_string_equal(authorization.scope, "openid");
}

/* proves: AUT-16 */
static void a_response_type_the_client_is_not_registered_for_is_unauthorized(void **state)
{
    struct world *world = *state;
    struct authorization authorization;
    world->web.response_types = "id_token";
    world_client(world, &world->web);
    struct verdict verdict = read_request(world, "code", &authorization);
    assert_int_equal(verdict.code, ERROR_UNAUTHORIZED_CLIENT);
    assert_string_equal(authorization.redirect_uri, "http://localhost:3000/cb");
    assert_string_equal(authorization.state, "s");
}

static void a_response_type_nobody_serves_is_unsupported(void **state)
{
    struct authorization authorization;
    assert_int_equal(read_request(*state, "token", &authorization).code,
                     ERROR_UNSUPPORTED_RESPONSE_TYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_registered_response_type_is_read),
        WORLD_TEST(a_response_type_the_client_is_not_registered_for_is_unauthorized),
        WORLD_TEST(a_response_type_nobody_serves_is_unsupported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
