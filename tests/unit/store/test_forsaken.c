/* Databases whose file is deleted while somebody uses them, and files that appear whole. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/store/image.h"
#include "server/store/kept.h"
#include "server/store/starts.h"
#include "tests/scratch.h"
#include "tests/unit/store/fixture.h"

struct place {
    struct arena *arena;
    char directory[128];
    const char *path;
};

static int setup(void **state)
{
    static struct place place;
    place = (struct place){.arena = arena_new()};
    scratch_template(place.directory, sizeof(place.directory));
    place.path = mkdtemp(place.directory) != NULL
                     ? arena_printf(place.arena, "%s/state.db", place.directory)
                     : NULL;
    *state = &place;
    return place.path == NULL;
}

static int teardown(void **state)
{
    const struct place *place = *state;
    int outcome = db_delete(place->path) != 0 || rmdir(place->directory) != 0;
    arena_free(place->arena);
    return outcome;
}

static struct db *open_it(const struct place *place)
{
    struct db *db = NULL;
    const char *why = NULL;
    int64_t run;
    assert_int_equal(db_open(place->path, place->arena, &db, &why), 0);
    assert_int_equal(starts_count(db, &run), 0);
    return db;
}

static void check_keeps(struct db *db, const struct place *place, const char *expected)
{
    const char *json = NULL;
    assert_int_equal(kept_get(db, "what", place->arena, &json), expected == NULL);
    assert_true(expected == NULL || strcmp(json, expected) == 0);
}

/* Whatever the former one still does, and however late it is closed. */
static void a_name_is_free_as_soon_as_its_database_is_forsaken(void **state)
{
    const struct place *place = *state;
    struct db *old = open_it(place);
    assert_int_equal(kept_put(old, "what", "1"), 0);
    assert_int_equal(db_forsake(old, place->path), 0);
    assert_int_equal(access(place->path, F_OK), -1);
    struct db *new = open_it(place);
    check_keeps(new, place, NULL);
    assert_int_equal(kept_put(new, "what", "2"), 0);
    assert_int_equal(kept_put(old, "what", "3"), 0);
    check_keeps(old, place, "3");
    db_close(old);
    assert_int_equal(kept_put(new, "what", "4"), 0);
    check_keeps(new, place, "4");
    db_close(new);
    new = open_it(place);
    check_keeps(new, place, "4");
    db_close(new);
}

/* A kill between any two of its steps leaves the one or the other. */
static void an_image_is_written_whole_and_over_nothing_that_is_there(void **state)
{
    const struct place *place = *state;
    struct db_image image = {0};
    struct db *db = open_it(place);
    assert_int_equal(kept_put(db, "what", "1"), 0);
    assert_int_equal(db_image(db, &image), 0);
    assert_int_equal(db_image_write(&image, place->path, IMAGE_IS_NEW), 1);
    check_keeps(db, place, "1");
    db_close(db);
    assert_int_equal(db_image_write(&image, place->path, IMAGE_REPLACES), 0);
    db = open_it(place);
    check_keeps(db, place, NULL); /* it is no part of an image */
    db_close(db);
    db_image_free(&image);
}

/* And changes nothing: not even what has not reached the file itself. */
static void what_a_file_keeps_is_seen_without_opening_it(void **state)
{
    const struct place *place = *state;
    const char *json = NULL, *why = NULL;
    struct db *db = open_it(place);
    assert_int_equal(kept_put(db, "what", "1"), 0);
    db_close(db);
    assert_int_equal(db_peek(place->path, "what", place->arena, &json, &why), 0);
    assert_string_equal(json, "1");
    assert_int_equal(db_peek(place->path, "other", place->arena, &json, &why), 0);
    assert_null(json);
    assert_int_equal(truncate(place->path, 2000), 0);
    assert_int_equal(db_peek(place->path, "what", place->arena, &json, &why), DB_DAMAGED);
    assert_non_null(strstr(why, "restore a copy"));
}

#define PLACED(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_name_is_free_as_soon_as_its_database_is_forsaken),
        PLACED(an_image_is_written_whole_and_over_nothing_that_is_there),
        PLACED(what_a_file_keeps_is_seen_without_opening_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
