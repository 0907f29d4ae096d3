#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/store/db_private.h"
#include "server/store/image.h"
#include "tests/scratch.h"
#include "tests/unit/store/fixture.h"

struct place {
    char directory[128];
    const char *path;
};

static struct place place_new(struct arena *arena)
{
    struct place place = {.path = NULL};
    scratch_template(place.directory, sizeof(place.directory));
    assert_non_null(mkdtemp(place.directory));
    place.path = arena_printf(arena, "%s/state.db", place.directory);
    return place;
}

static void place_remove(const struct place *place, struct arena *arena)
{
    unlink(place->path);
    unlink(arena_printf(arena, "%s-wal", place->path));
    unlink(arena_printf(arena, "%s-journal", place->path));
    assert_int_equal(rmdir(place->directory), 0);
}

static struct db *open_file(const struct place *place, struct arena *arena)
{
    const char *why;
    struct db *db;
    int64_t run;
    assert_int_equal(db_open(place->path, arena, &db, &why), 0);
    assert_int_equal(starts_count(db, &run), 0);
    return db;
}

static int has_code(struct db *db, struct arena *arena, unsigned number)
{
    struct code_row row;
    struct hash hash = hash_of(number);
    return codes_get(db, &hash, arena, &row);
}

static void put_code(struct db *db, unsigned number)
{
    struct code_row code = code_of(number);
    assert_int_equal(codes_put(db, &code), 0);
}

static int64_t asked(struct db *db, const char *sql)
{
    struct answer answer;
    assert_int_equal(db_once(db, sql, &answer), 0);
    return answer.integer;
}

static void database_goes_back_to_its_image(void **state)
{
    const struct fixture *f = *state;
    struct db_image image;
    put_code(f->db, 1);
    assert_int_equal(db_image(f->db, &image), 0);
    put_code(f->db, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(db_become(f->db, &image), 0);
        assert_int_equal(has_code(f->db, f->arena, 1), 0);
        assert_int_equal(has_code(f->db, f->arena, 2), 1);
        put_code(f->db, 2);
    }
    assert_int_equal(db_prepare_all(f->db), 0);
    db_image_free(&image);
}

static void settings_hold_after_becoming(void **state)
{
    const struct fixture *f = *state;
    struct db_image image;
    assert_int_equal(db_image(f->db, &image), 0);
    int64_t cache = asked(f->db, "PRAGMA cache_size");
    assert_int_equal(db_become(f->db, &image), 0);
    assert_int_equal(asked(f->db, "PRAGMA cache_size"), cache);
    assert_int_equal(cache, -1000);
    assert_int_equal(asked(f->db, "PRAGMA synchronous"), 0);
    db_image_free(&image);
}

static void opened_image_shares_nothing(void **state)
{
    const struct fixture *f = *state;
    struct db_image image;
    struct db *other;
    int64_t run;
    put_code(f->db, 1);
    assert_int_equal(db_image(f->db, &image), 0);
    assert_int_equal(db_open_image(&image, &other), 0);
    db_image_free(&image);
    put_code(other, 2);
    assert_int_equal(has_code(other, f->arena, 1), 0);
    assert_int_equal(has_code(f->db, f->arena, 2), 1);
    assert_int_equal(starts_count(other, &run), 0);
    db_close(other);
}

static void image_counts_no_start_of_another(void **state)
{
    const struct fixture *f = *state;
    struct db_image image;
    int64_t run = 0;
    assert_int_equal(db_image(f->db, &image), 0);
    assert_int_equal(starts_count(f->db, &run), 0);
    assert_int_equal(db_become(f->db, &image), 0);
    assert_int_equal(starts_count(f->db, &run), 0);
    assert_int_equal(run, 3);
    db_image_free(&image);
}

/* The file keeps its log, and has what it became when it is opened again. */
static void file_becomes_image_and_stays_so(void **state)
{
    const struct fixture *f = *state;
    struct place place = place_new(f->arena);
    struct db *db = open_file(&place, f->arena);
    struct db_image image;
    put_code(f->db, 1);
    put_code(db, 2);
    assert_int_equal(db_image(f->db, &image), 0);
    assert_int_equal(db_become(db, &image), 0);
    assert_int_equal(has_code(db, f->arena, 1), 0);
    put_code(db, 3);
    assert_int_equal(access(arena_printf(f->arena, "%s-wal", place.path), F_OK), 0);
    db_close(db);
    db = open_file(&place, f->arena);
    assert_int_equal(has_code(db, f->arena, 1), 0);
    assert_int_equal(has_code(db, f->arena, 2), 1);
    assert_int_equal(has_code(db, f->arena, 3), 0);
    db_close(db);
    db_image_free(&image);
    place_remove(&place, f->arena);
}

static void write_image(const struct place *place, const struct db_image *image)
{
    FILE *file = fopen(place->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image->bytes, image->size, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

static void image_of_a_file_opens_in_memory_and_as_a_file(void **state)
{
    const struct fixture *f = *state;
    struct place place = place_new(f->arena);
    struct db *db = open_file(&place, f->arena);
    struct db_image image;
    put_code(db, 7);
    assert_int_equal(db_image(db, &image), 0);
    assert_int_equal(asked(db, "SELECT running FROM start"), 1);
    db_close(db);
    assert_int_equal(db_become(f->db, &image), 0);
    assert_int_equal(has_code(f->db, f->arena, 7), 0);
    assert_int_equal(asked(f->db, "SELECT running FROM start"), 0);
    write_image(&place, &image);
    db = open_file(&place, f->arena);
    assert_int_equal(has_code(db, f->arena, 7), 0);
    db_close(db);
    db_image_free(&image);
    place_remove(&place, f->arena);
}

/* As those of earlier versions have. */
static void file_of_larger_pages_opens_and_becomes_image(void **state)
{
    const struct fixture *f = *state;
    struct place place = place_new(f->arena);
    struct db *db = open_file(&place, f->arena);
    struct db_image image;
    put_code(db, 2);
    asked(db, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM; "
              "PRAGMA journal_mode = WAL");
    db_close(db);
    db = open_file(&place, f->arena);
    assert_int_equal(asked(db, "PRAGMA page_size"), 4096);
    assert_int_equal(has_code(db, f->arena, 2), 0);
    put_code(f->db, 1);
    assert_int_equal(db_image(f->db, &image), 0);
    assert_int_equal(db_become(db, &image), 0);
    assert_int_equal(asked(db, "PRAGMA page_size"), 1024);
    put_code(db, 3);
    assert_int_equal(access(arena_printf(f->arena, "%s-wal", place.path), F_OK), 0);
    db_close(db);
    db = open_file(&place, f->arena);
    assert_int_equal(has_code(db, f->arena, 1), 0);
    assert_int_equal(has_code(db, f->arena, 2), 1);
    assert_int_equal(has_code(db, f->arena, 3), 0);
    db_close(db);
    db_image_free(&image);
    place_remove(&place, f->arena);
}

static void nothing_is_replaced_amid_a_transaction(void **state)
{
    const struct fixture *f = *state;
    struct db_image image, other;
    assert_int_equal(db_image(f->db, &image), 0);
    assert_int_equal(db_begin(f->db), 0);
    assert_int_equal(db_become(f->db, &image), DB_BROKEN);
    assert_int_equal(db_image(f->db, &other), DB_BROKEN);
    assert_null(other.bytes);
    assert_int_equal(db_commit(f->db), 0);
    db_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(database_goes_back_to_its_image),
        FACT(settings_hold_after_becoming),
        FACT(opened_image_shares_nothing),
        FACT(image_counts_no_start_of_another),
        FACT(file_becomes_image_and_stays_so),
        FACT(image_of_a_file_opens_in_memory_and_as_a_file),
        FACT(file_of_larger_pages_opens_and_becomes_image),
        FACT(nothing_is_replaced_amid_a_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
