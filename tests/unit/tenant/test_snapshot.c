#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/base/arena.h"
#include "server/store/signing_keys.h"
#include "server/store/told.h"
#include "server/store/users.h"
#include "server/tenant/snapshot.h"

#define NOW 1790000000
#define SECRET "MIIEvQIBADANBgkqhkiG9w0BAQEF"
#define PEM_SIZE 1704 /* as of an RSA key: beyond its row's page */

struct world {
    struct arena *arena;
    struct snapshots *snapshots;
    struct snapshot_parts parts;
};

static int setup(void **state)
{
    static struct world world;
    const char *why;
    world = (struct world){.arena = arena_new(), .snapshots = snapshots_new()};
    world.parts = (struct snapshot_parts){.random = random_new_seeded(1, 1), .now = NOW};
    *state = &world;
    char *pem = arena_alloc(world.arena, PEM_SIZE + 1);
    for (size_t i = 0; i < PEM_SIZE; i++) {
        pem[i] = SECRET[i % strlen(SECRET)];
    }
    pem[PEM_SIZE] = '\0';
    const struct key_row key = {.kid = "k", .alg = "RS256", .pem = pem};
    return db_open(NULL, world.arena, &world.parts.db, &why) != 0 ||
           signing_keys_put(world.parts.db, &key) != 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    snapshots_free(world->snapshots);
    random_free(world->parts.random);
    db_close(world->parts.db);
    arena_free(world->arena);
    return 0;
}

static void put_user(const struct world *w, const char *sub)
{
    const struct user_row user = {.sub = sub, .claims = "{}", .memberships = ""};
    assert_int_equal(users_put(w->parts.db, &user), 0);
}

static int has_user(const struct world *w, const char *sub)
{
    struct user_row found;
    return users_find(w->parts.db, sub, w->arena, &found) == 0;
}

static void check_told(const struct world *w, int64_t only)
{
    const struct told_row *rows;
    size_t count;
    assert_int_equal(told_list(w->parts.db, TOLD_FAULT, w->arena, &rows, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(rows->id, only);
}

static void tenant_goes_back_with_its_randomness_and_what_it_was_told(void **state)
{
    struct world *w = *state;
    uint8_t first[32], again[32];
    const struct told_row told = {.id = 7, .json = "{}"}, other = {.id = 8, .json = "{}"};
    put_user(w, "1");
    assert_int_equal(told_put(w->parts.db, TOLD_FAULT, &told), 0);
    random_bytes(w->parts.random, first, 7);
    assert_int_equal(snapshots_make(w->snapshots, "a", &w->parts), 0);
    random_bytes(w->parts.random, first, sizeof(first));
    put_user(w, "2");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(snapshots_restore(w->snapshots, "a", &w->parts), 0);
        check_told(w, told.id);
        assert_true(has_user(w, "1"));
        assert_false(has_user(w, "2"));
        random_bytes(w->parts.random, again, sizeof(again));
        assert_memory_equal(first, again, sizeof(first));
        put_user(w, "2");
        assert_int_equal(told_put(w->parts.db, TOLD_FAULT, &other), 0);
    }
}

static void names_are_unique_and_known(void **state)
{
    struct world *w = *state;
    struct db_image image;
    assert_int_equal(snapshots_make(w->snapshots, "a", &w->parts), 0);
    assert_int_equal(snapshots_make(w->snapshots, "b", &w->parts), 0);
    assert_int_equal(snapshots_make(w->snapshots, "a", &w->parts), SNAPSHOT_NAME_TAKEN);
    json_auto_t *list = snapshots_list(w->snapshots, w->parts.db);
    assert_int_equal(json_array_size(list), 2);
    const char *name = json_string_value(json_object_get(json_array_get(list, 1), "name"));
    assert_string_equal(name, "b");
    assert_int_equal(snapshots_delete(w->snapshots, w->parts.db, "a"), 0);
    assert_int_equal(snapshots_delete(w->snapshots, w->parts.db, "a"), SNAPSHOT_UNKNOWN);
    assert_int_equal(snapshots_restore(w->snapshots, "a", &w->parts), SNAPSHOT_UNKNOWN);
    assert_int_equal(snapshots_get(w->snapshots, w->parts.db, "a", SNAPSHOT_WITH_KEYS, &image),
                     SNAPSHOT_UNKNOWN);
    assert_int_equal(snapshots_restore(w->snapshots, "b", &w->parts), 0);
}

/* Not even in a page that is free. */
static void private_keys_leave_only_when_asked_for(void **state)
{
    struct world *w = *state;
    struct db_image with, without;
    struct db *db;
    const struct key_row *keys;
    size_t count;
    put_user(w, "1");
    assert_int_equal(snapshots_make(w->snapshots, "a", &w->parts), 0);
    assert_int_equal(snapshots_get(w->snapshots, w->parts.db, "a", SNAPSHOT_WITH_KEYS, &with), 0);
    assert_int_equal(snapshots_get(w->snapshots, w->parts.db, "a", SNAPSHOT_WITHOUT_KEYS, &without),
                     0);
    assert_non_null(memmem(with.bytes, with.size, SECRET, strlen(SECRET)));
    assert_null(memmem(without.bytes, without.size, SECRET, strlen(SECRET)));
    assert_int_equal(db_open_image(&without, &db), 0);
    assert_int_equal(signing_keys_list(db, w->arena, &keys, &count), 0);
    assert_int_equal(count, 1);
    assert_string_equal(keys->kid, "k");
    db_close(db);
    db_image_free(&with);
    db_image_free(&without);
}

static void there_are_not_more_than_so_many(void **state)
{
    struct world *w = *state;
    char name[] = "aa";
    for (int i = 0; i < SNAPSHOTS_MAX; i++) {
        name[0] = (char)('a' + i / 26);
        name[1] = (char)('a' + i % 26);
        assert_int_equal(snapshots_make(w->snapshots, name, &w->parts), 0);
    }
    assert_int_equal(snapshots_make(w->snapshots, "one", &w->parts), SNAPSHOT_TOO_MANY);
}

#define FACT(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(tenant_goes_back_with_its_randomness_and_what_it_was_told),
        FACT(names_are_unique_and_known),
        FACT(private_keys_leave_only_when_asked_for),
        FACT(there_are_not_more_than_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
