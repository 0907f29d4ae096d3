/* How many clients may register themselves, what that costs, and who wins when two calls meet. */
#include <pthread.h>
#include <time.h>

#include "server/oauth/client.h"
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

static struct registered registered_of(const json_t *answer)
{
    return (struct registered){
        .id = json_string_value(json_object_get(answer, "client_id")),
        .token = json_string_value(json_object_get(answer, "registration_access_token")),
    };
}

/* Calls that meet: each thread makes one, when all are ready. */
struct meeting {
    struct world *world;
    const struct registered *client;
    pthread_barrier_t start;
};

#define ROUNDS 200
#define CREATORS 4

static void *change_it(void *of)
{
    struct meeting *meeting = of;
    struct arena *arena = arena_new();
    json_auto_t *answer = NULL;
    json_auto_t *sent =
        json_pack("{s:s, s:[s], s:s}", "client_id", meeting->client->id, "redirect_uris",
                  "http://localhost:5000/cb", "token_endpoint_auth_method", "none");
    pthread_barrier_wait(&meeting->start);
    enum error_code code =
        registration_replace(&meeting->world->tenant, arena, meeting->client, sent, &answer).code;
    arena_free(arena);
    return code == ERROR_NONE || code == ERROR_INVALID_TOKEN ? NULL : meeting;
}

static void *delete_it(void *of)
{
    struct meeting *meeting = of;
    struct arena *arena = arena_new();
    pthread_barrier_wait(&meeting->start);
    enum error_code code =
        registration_delete(&meeting->world->tenant, arena, meeting->client).code;
    arena_free(arena);
    return code == ERROR_NONE ? NULL : meeting;
}

/* RFC 7592 2.3 */
static void a_client_that_is_deleted_while_it_is_changed_stays_deleted(void **state)
{
    struct meeting meeting = {.world = *state};
    pthread_barrier_init(&meeting.start, NULL, 3);
    put_catalogue(meeting.world);
    for (int i = 0; i < ROUNDS; i++) {
        json_auto_t *made = NULL;
        json_auto_t *left = NULL;
        pthread_t threads[3];
        assert_int_equal(create(meeting.world, &made).code, ERROR_NONE);
        const struct registered client = registered_of(made);
        meeting.client = &client;
        for (int j = 0; j < 3; j++) {
            pthread_create(&threads[j], NULL, j == 1 ? delete_it : change_it, &meeting);
        }
        for (int j = 0; j < 3; j++) {
            void *wrong;
            pthread_join(threads[j], &wrong);
            assert_null(wrong);
        }
        assert_int_equal(
            registration_read(&meeting.world->tenant, meeting.world->arena, &client, &left).code,
            ERROR_INVALID_TOKEN);
    }
    pthread_barrier_destroy(&meeting.start);
}

static void *create_one(void *of)
{
    struct meeting *meeting = of;
    struct arena *arena = arena_new();
    json_auto_t *answer = NULL;
    json_auto_t *sent = json_pack("{s:[s], s:s}", "redirect_uris", "http://localhost:5000/cb",
                                  "token_endpoint_auth_method", "none");
    pthread_barrier_wait(&meeting->start);
    enum error_code code = registration_create(&meeting->world->tenant, arena, sent, &answer).code;
    arena_free(arena);
    return code == ERROR_NONE ? meeting : NULL;
}

static void of_many_who_want_the_last_room_one_gets_it(void **state)
{
    struct meeting meeting = {.world = *state};
    pthread_barrier_init(&meeting.start, NULL, CREATORS);
    fill_up(meeting.world, REGISTRATIONS_MAX - 1);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t threads[CREATORS];
        struct client_row row = {0};
        size_t made = 0;
        for (int j = 0; j < CREATORS; j++) {
            pthread_create(&threads[j], NULL, create_one, &meeting);
        }
        for (int j = 0; j < CREATORS; j++) {
            void *done;
            pthread_join(threads[j], &done);
            made += done != NULL;
        }
        assert_int_equal(made, 1);
        const char *id = arena_printf(meeting.world->arena, "client-%d", i); /* makes room again */
        assert_int_equal(clients_get(meeting.world->tenant.db, id, meeting.world->arena, &row), 0);
        assert_int_equal(clients_delete(meeting.world->tenant.db, row.id), 0);
    }
    pthread_barrier_destroy(&meeting.start);
}

static int64_t cpu_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What a call takes: the least of many, which no other program can lengthen. */
static int64_t cost_of_client(struct world *world, const char *client_id)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 200; i++) {
        struct arena *arena = arena_new();
        struct client_row row = {0};
        int64_t before = cpu_nanoseconds();
        struct verdict verdict = client_find(&world->tenant, arena, client_id, &row);
        int64_t cost = cpu_nanoseconds() - before;
        assert_int_not_equal(verdict.code, ERROR_SERVER_ERROR);
        least = cost < least ? cost : least;
        arena_free(arena);
    }
    return least;
}

static int64_t cost_of_registering(struct world *world)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 20; i++) {
        json_auto_t *answer = NULL;
        int64_t before = cpu_nanoseconds();
        assert_int_equal(create(world, &answer).code, ERROR_NONE);
        int64_t cost = cpu_nanoseconds() - before;
        least = cost < least ? cost : least;
    }
    return least;
}

/* All of them were read for each: a hundred times as much, and more. */
static void what_a_call_takes_does_not_grow_with_the_clients_that_registered(void **state)
{
    struct world *world = *state;
    put_catalogue(world);
    int64_t registering = cost_of_registering(world);
    int64_t unknown = cost_of_client(world, "unknown");
    fill_up(world, REGISTRATIONS_MAX - 100);
    assert_true(cost_of_registering(world) < 4 * registering);
    assert_true(cost_of_client(world, "unknown") < 4 * unknown);
}

static void an_unknown_client_hears_the_fixtures_clients_and_no_others(void **state)
{
    struct world *world = *state;
    struct client_row row = {0};
    fill_up(world, 20);
    struct verdict verdict = client_find(&world->tenant, world->arena, "unknown", &row);
    assert_int_equal(verdict.code, ERROR_INVALID_CLIENT);
    assert_string_equal(verdict.detail,
                        "client 'unknown' is not registered; registered are: web, native");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_last_one_registers_and_the_next_is_refused_until_one_deletes_itself),
        WORLD_TEST(clients_of_the_fixture_do_not_count),
        WORLD_TEST(a_client_that_is_deleted_while_it_is_changed_stays_deleted),
        WORLD_TEST(of_many_who_want_the_last_room_one_gets_it),
        WORLD_TEST(what_a_call_takes_does_not_grow_with_the_clients_that_registered),
        WORLD_TEST(an_unknown_client_hears_the_fixtures_clients_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
