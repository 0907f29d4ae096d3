/* How many clients may register themselves. */
#include "tests/unit/oauth/world.h"

#include "server/oauth/registration.h"

static void put_catalogue(struct world *world)
{
    const struct scope_row row = {.name = "openid", .kind = "oidc", .description = "x"};
    assert_int_equal(scopes_put(world->tenant.db, &row), 0);
}

static void fill_up(struct world *world, int64_t count)
{
    struct client_row row = world_registration("");
    put_catalogue(world);
    assert_int_equal(db_begin(world->tenant.db), 0);
    for (int64_t i = 0; i < count; i++) {
        row.client_id = arena_printf(world->arena, "client-%lld", (long long)i);
        row.registered_at = NOW;
        row.metadata = "{}";
        assert_int_equal(clients_put(world->tenant.db, &row), 0);
    }
    assert_int_equal(db_commit(world->tenant.db), 0);
}

static struct verdict create(struct world *world, json_t **answer)
{
    json_auto_t *sent = json_pack("{s:[s], s:s, s:s}", "redirect_uris", "http://localhost:4000/cb",
                                  "token_endpoint_auth_method", "none", "scope", "openid");
    return registration_create(&world->tenant, world->arena, sent, answer);
}

static void the_last_one_registers_and_the_next_is_refused_until_one_deletes_itself(void **state)
{
    struct world *world = *state;
    json_auto_t *last = NULL;
    json_auto_t *next = NULL;
    fill_up(world, REGISTRATIONS_MAX - 1);
    assert_int_equal(create(world, &last).code, ERROR_NONE);
    assert_int_equal(create(world, &next).code, ERROR_TEMPORARILY_UNAVAILABLE);
    assert_null(next);
    const struct registered client = {
        .id = json_string_value(json_object_get(last, "client_id")),
        .token = json_string_value(json_object_get(last, "registration_access_token")),
    };
    assert_int_equal(registration_delete(&world->tenant, world->arena, &client).code, ERROR_NONE);
    assert_int_equal(create(world, &next).code, ERROR_NONE);
}

static void clients_of_the_fixture_do_not_count(void **state)
{
    struct world *world = *state;
    json_auto_t *answer = NULL;
    struct client_row row = world_registration("");
    put_catalogue(world);
    assert_int_equal(db_begin(world->tenant.db), 0);
    for (int i = 0; i < REGISTRATIONS_MAX; i++) {
        row.client_id = arena_printf(world->arena, "of-the-fixture-%d", i);
        assert_int_equal(clients_put(world->tenant.db, &row), 0);
    }
    assert_int_equal(db_commit(world->tenant.db), 0);
    assert_int_equal(create(world, &answer).code, ERROR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_last_one_registers_and_the_next_is_refused_until_one_deletes_itself),
        WORLD_TEST(clients_of_the_fixture_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
