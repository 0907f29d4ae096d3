#include "tests/unit/oauth/world.h"

#include "server/oauth/auth_method.h"

static struct verdict authenticate(struct world *world, struct credentials credentials)
{
    struct client_row client;
    return client_authenticate(&world->tenant, world->arena, &credentials, &client);
}

static void the_right_secret_in_the_body_authenticates(void **state)
{
    const struct credentials right = {.body_id = "web", .body_secret = "web-secret"};
    assert_int_equal(authenticate(*state, right).code, ERROR_NONE);
}

/* proves: CLA-15 */
static void a_client_id_is_compared_by_the_letter(void **state)
{
    const struct credentials other = {.body_id = "Web", .body_secret = "web-secret"};
    struct verdict verdict = authenticate(*state, other);
    assert_int_equal(verdict.code, ERROR_INVALID_CLIENT);
    assert_string_equal(verdict.check, "client_id");
}

static void a_wrong_secret_a_missing_one_and_another_clients_are_refused(void **state)
{
    static const struct credentials wrong[] = {
        {.body_id = "web", .body_secret = "web-secreT"},
        {.body_id = "web", .body_secret = "native"},
        {.body_id = "web"},
        {.body_secret = "web-secret"},
        {.body_id = "nobody", .body_secret = "web-secret"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(authenticate(*state, wrong[i]).code, ERROR_INVALID_CLIENT);
    }
}

/* proves: CLA-08 */
static void a_public_client_sends_no_secret(void **state)
{
    const struct credentials bare = {.body_id = "native"};
    const struct credentials armed = {.body_id = "native", .body_secret = "x"};
    assert_int_equal(authenticate(*state, bare).code, ERROR_NONE);
    assert_int_equal(authenticate(*state, armed).code, ERROR_INVALID_CLIENT);
}

static void basic_is_for_clients_and_profiles_that_have_it(void **state)
{
    struct world *world = *state;
    const struct credentials basic = {
        .has_header = true, .basic_id = "web", .basic_secret = "web-secret"};
    assert_int_equal(authenticate(world, basic).code, ERROR_INVALID_CLIENT);
    world->web.token_endpoint_auth_method = "client_secret_basic";
    world_client(world, &world->web);
    assert_int_equal(authenticate(world, basic).code, ERROR_INVALID_CLIENT);
    world->tenant.profile = &profile_table[PROFILE_STANDARD];
    assert_int_equal(authenticate(world, basic).code, ERROR_NONE);
}

/* proves: CLA-04 CLA-05 */
static void a_request_speaks_for_one_client_in_one_way(void **state)
{
    static const struct credentials mixed[] = {
        {.has_header = true,
         .basic_id = "web",
         .basic_secret = "web-secret",
         .body_secret = "web-secret"},
        {.has_header = true, .basic_id = "web", .basic_secret = "web-secret", .body_id = "native"},
    };
    for (size_t i = 0; i < COUNT(mixed); i++) {
        assert_int_equal(authenticate(*state, mixed[i]).code, ERROR_INVALID_REQUEST);
    }
}

/* proves: CLA-12 */
static void guessing_is_held_up_for_a_minute_when_asked_for(void **state)
{
    struct world *world = *state;
    const struct credentials right = {.body_id = "web", .body_secret = "web-secret"};
    const struct credentials wrong = {.body_id = "web", .body_secret = "guess"};
    world->tenant.guesses = 2;
    assert_int_equal(authenticate(world, wrong).code, ERROR_INVALID_CLIENT);
    assert_int_equal(authenticate(world, right).code, ERROR_NONE);
    assert_int_equal(authenticate(world, wrong).code, ERROR_INVALID_CLIENT);
    assert_int_equal(authenticate(world, right).code, ERROR_TOO_MANY_GUESSES);
    world->tenant.clock.at = NOW + 59;
    assert_int_equal(authenticate(world, right).code, ERROR_TOO_MANY_GUESSES);
    world->tenant.clock.at = NOW + 60;
    assert_int_equal(authenticate(world, right).code, ERROR_NONE);
}

/* proves: CLA-12 */
static void guessing_is_not_held_up_by_default(void **state)
{
    const struct credentials right = {.body_id = "web", .body_secret = "web-secret"};
    const struct credentials wrong = {.body_id = "web", .body_secret = "guess"};
    for (int i = 0; i < 100; i++) {
        assert_int_equal(authenticate(*state, wrong).code, ERROR_INVALID_CLIENT);
    }
    assert_int_equal(authenticate(*state, right).code, ERROR_NONE);
}

static void a_response_type_is_one_of_a_list_of_sets(void **state)
{
    (void)state;
    const struct client_row client = {.response_types = "code,code id_token"};
    assert_true(client_may_respond(&client, "code"));
    assert_true(client_may_respond(&client, "code id_token"));
    assert_false(client_may_respond(&client, "id_token"));
    assert_false(client_may_respond(&client, "code,code id_token"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_right_secret_in_the_body_authenticates),
        WORLD_TEST(a_client_id_is_compared_by_the_letter),
        WORLD_TEST(a_wrong_secret_a_missing_one_and_another_clients_are_refused),
        WORLD_TEST(a_public_client_sends_no_secret),
        WORLD_TEST(basic_is_for_clients_and_profiles_that_have_it),
        WORLD_TEST(a_request_speaks_for_one_client_in_one_way),
        WORLD_TEST(guessing_is_held_up_for_a_minute_when_asked_for),
        WORLD_TEST(guessing_is_not_held_up_by_default),
        WORLD_TEST(a_response_type_is_one_of_a_list_of_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
