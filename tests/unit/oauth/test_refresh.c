#include "tests/unit/oauth/world.h"

#include "server/oauth/authorization.h"
#include "server/oauth/grant.h"

/* The refresh policies, each on a family of its own. */

static struct verdict ask(struct world *world, const struct client_row *client,
                          const char *grant_type, const char *member, const char *value,
                          struct token_answer *answer)
{
    const struct form_field fields[] = {
        {"grant_type", grant_type}, {member, value}, {"redirect_uri", "http://localhost:3000/cb"}};
    const struct form form = {.fields = fields, .count = COUNT(fields)};
    const struct credentials credentials = {.body_id = client->client_id,
                                            .body_secret = "web-secret"};
    *answer = (struct token_answer){0};
    return grant_answer(&world->tenant, world->arena, &credentials, &form, answer);
}

static enum error_code refresh(struct world *world, const char *token, const char **next)
{
    struct token_answer answer;
    struct verdict verdict =
        ask(world, &world->web, "refresh_token", "refresh_token", token, &answer);
    *next = answer.refresh_token;
    return verdict.code;
}

static const char *first_token(struct world *world)
{
    struct authorization authorization = {
        .client = world->web,
        .redirect_uri = "http://localhost:3000/cb",
        .scope = "profile scenarios:read",
    };
    const struct sign_in sign_in = {.user = world->user, .auth_time = NOW, .amr = "user"};
    struct authorization_answer issued;
    struct token_answer answer;
    assert_int_equal(
        authorization_issue(&world->tenant, world->arena, &authorization, &sign_in, &issued).code,
        ERROR_NONE);
    assert_int_equal(
        ask(world, &world->web, "authorization_code", "code", issued.code, &answer).code,
        ERROR_NONE);
    return answer.refresh_token;
}

static void policy(struct world *world, const char *mode, int64_t seconds, int64_t uses)
{
    world->web.refresh_mode = mode;
    world->web.refresh_seconds = seconds;
    world->web.refresh_uses = uses;
    world_client(world, &world->web);
}

/* proves: RFR-08 RFR-09 */
static void strict_reuse_ends_the_family(void **state)
{
    struct world *world = *state;
    const char *second, *third;
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_int_equal(refresh(world, first, &third), ERROR_INVALID_GRANT);
    assert_int_equal(refresh(world, second, &third), ERROR_INVALID_GRANT);
}

/* proves: RFR-14 */
static void grace_takes_the_predecessor_as_often_as_it_says(void **state)
{
    struct world *world = *state;
    const char *second, *again, *more;
    policy(world, "grace", 30, 1);
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_int_equal(refresh(world, first, &again), ERROR_NONE);
    assert_int_equal(refresh(world, first, &more), ERROR_INVALID_GRANT);
    assert_int_equal(refresh(world, again, &more), ERROR_INVALID_GRANT);
}

/* proves: RFR-13 */
static void the_grace_window_counts_from_the_first_use_and_never_again(void **state)
{
    struct world *world = *state;
    const char *next;
    policy(world, "grace", 30, 0);
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &next), ERROR_NONE);
    world->tenant.clock.at = NOW + 29;
    assert_int_equal(refresh(world, first, &next), ERROR_NONE);
    world->tenant.clock.at = NOW + 31;
    assert_int_equal(refresh(world, first, &next), ERROR_INVALID_GRANT);
}

/* proves: RFR-12 */
static void grace_takes_no_token_but_the_immediate_predecessor(void **state)
{
    struct world *world = *state;
    const char *second, *third, *next;
    policy(world, "grace", 30, 0);
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_int_equal(refresh(world, second, &third), ERROR_NONE);
    assert_int_equal(refresh(world, first, &next), ERROR_INVALID_GRANT);
    assert_int_equal(refresh(world, third, &next), ERROR_INVALID_GRANT);
}

/* proves: RFR-18 */
static void retry_safe_takes_the_predecessor_until_its_successor_is_used(void **state)
{
    struct world *world = *state;
    const char *lost, *second, *third, *next;
    policy(world, "retry_safe", 0, 0);
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &lost), ERROR_NONE);
    world->tenant.clock.at = NOW + 900;
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_int_equal(refresh(world, second, &third), ERROR_NONE);
    assert_int_equal(refresh(world, first, &next), ERROR_INVALID_GRANT);
    assert_int_equal(refresh(world, third, &next), ERROR_INVALID_GRANT);
}

/* proves: RFR-18 */
static void the_successor_that_retry_safe_replaced_is_dead(void **state)
{
    struct world *world = *state;
    const char *lost, *second, *next;
    policy(world, "retry_safe", 0, 0);
    const char *first = first_token(world);
    assert_int_equal(refresh(world, first, &lost), ERROR_NONE);
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_int_equal(refresh(world, lost, &next), ERROR_INVALID_GRANT);
    assert_int_equal(refresh(world, second, &next), ERROR_INVALID_GRANT);
}

/* proves: RFR-19 */
static void no_rotation_moves_the_familys_end(void **state)
{
    struct world *world = *state;
    const char *second, *third;
    const char *first = first_token(world);
    world->tenant.clock.at = NOW + 999;
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    world->tenant.clock.at = NOW + 1000;
    assert_int_equal(refresh(world, second, &third), ERROR_INVALID_GRANT);
}

/* proves: RFR-20 */
static void a_token_left_unused_for_too_long_is_refused(void **state)
{
    struct world *world = *state;
    const char *second, *third, *fourth;
    world->web.refresh_idle_ttl = 100;
    world_client(world, &world->web);
    const char *first = first_token(world);
    world->tenant.clock.at = NOW + 99;
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    world->tenant.clock.at = NOW + 99 + 99;
    assert_int_equal(refresh(world, second, &third), ERROR_NONE);
    world->tenant.clock.at = NOW + 99 + 99 + 100;
    assert_int_equal(refresh(world, third, &fourth), ERROR_INVALID_GRANT);
}

static void rotation(struct world *world, const char *when)
{
    world->web.refresh_rotation = when;
    world_client(world, &world->web);
}

/* proves: RFR-29 */
static void a_client_may_be_registered_to_keep_its_refresh_token(void **state)
{
    struct world *world = *state;
    static const char *const keepers[] = {"never", "public"};
    for (size_t i = 0; i < COUNT(keepers); i++) {
        const char *second, *third;
        rotation(world, keepers[i]);
        const char *first = first_token(world);
        assert_int_equal(refresh(world, first, &second), ERROR_NONE);
        assert_string_equal(second, first);
        assert_int_equal(refresh(world, first, &third), ERROR_NONE);
        assert_string_equal(third, first);
    }
}

/* proves: RFR-29 */
static void near_expiry_rotates_in_the_last_three_tenths(void **state)
{
    struct world *world = *state;
    const char *second, *third;
    rotation(world, "near_expiry");
    const char *first = first_token(world);
    world->tenant.clock.at = NOW + 699;
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_string_equal(second, first);
    world->tenant.clock.at = NOW + 700;
    assert_int_equal(refresh(world, first, &second), ERROR_NONE);
    assert_string_not_equal(second, first);
    assert_int_equal(refresh(world, first, &third), ERROR_INVALID_GRANT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(strict_reuse_ends_the_family),
        WORLD_TEST(grace_takes_the_predecessor_as_often_as_it_says),
        WORLD_TEST(the_grace_window_counts_from_the_first_use_and_never_again),
        WORLD_TEST(grace_takes_no_token_but_the_immediate_predecessor),
        WORLD_TEST(retry_safe_takes_the_predecessor_until_its_successor_is_used),
        WORLD_TEST(the_successor_that_retry_safe_replaced_is_dead),
        WORLD_TEST(no_rotation_moves_the_familys_end),
        WORLD_TEST(a_token_left_unused_for_too_long_is_refused),
        WORLD_TEST(a_client_may_be_registered_to_keep_its_refresh_token),
        WORLD_TEST(near_expiry_rotates_in_the_last_three_tenths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
