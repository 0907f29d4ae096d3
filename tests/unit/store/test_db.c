#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/db_private.h"
#include "server/store/tally.h"
#include "server/store/users.h"
#include "tests/scratch.h"
#include "tests/unit/store/fixture.h"

struct place {
    struct arena *arena;
    char directory[128];
    const char *path;
    const char *wal;
};

static int setup(void **state)
{
    static struct place place;
    scratch_template(place.directory, sizeof(place.directory));
    if (!mkdtemp(place.directory)) {
        return -1;
    }
    place.arena = arena_new();
    place.path = arena_printf(place.arena, "%s/state.db", place.directory);
    place.wal = arena_printf(place.arena, "%s-wal", place.path);
    *state = &place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    unlink(place->wal);
    unlink(arena_printf(place->arena, "%s/link", place->directory));
    arena_free(place->arena);
    return rmdir(place->directory);
}

static int open_at(struct place *place, const char *path, struct db **db)
{
    const char *why;
    int outcome = db_open(path, place->arena, db, &why);
    assert_true((outcome == 0) == (why == NULL));
    if (why) {
        assert_non_null(strstr(why, path));
        assert_null(strchr(why, '\n'));
    }
    return outcome;
}

static int outcome_at(struct place *place, const char *path)
{
    struct db *db;
    int outcome = open_at(place, path, &db);
    db_close(db);
    return outcome;
}

static void write_file(const char *path, const char *bytes, size_t size, long at)
{
    FILE *file = fopen(path, at < 0 ? "wb" : "r+b");
    assert_non_null(file);
    if (at >= 0) {
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
    }
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void make_state(struct place *place)
{
    struct db *db;
    int64_t run;
    assert_int_equal(open_at(place, place->path, &db), 0);
    assert_int_equal(starts_count(db, &run), 0);
    db_close(db);
}

static void every_statement_can_be_prepared(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(db_prepare_all(f->db), 0);
}

static void a_new_file_is_for_its_owner_only(void **state)
{
    struct place *place = *state;
    struct db *db;
    struct stat info;
    mode_t former = umask(0);
    assert_int_equal(open_at(place, place->path, &db), 0);
    umask(former);
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(place->wal, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    db_close(db);
}

static void what_was_stored_is_there_after_reopening(void **state)
{
    struct place *place = *state;
    struct db *db;
    struct hash code = hash_of(1);
    struct fixture f = {.arena = place->arena};
    struct code_row row;
    int64_t run;
    assert_int_equal(open_at(place, place->path, &f.db), 0);
    assert_int_equal(starts_count(f.db, &run), 0);
    assert_int_equal(run, 1);
    redeemed_code(&f);
    db_close(f.db);
    assert_int_equal(open_at(place, place->path, &db), 0);
    assert_int_equal(starts_count(db, &run), 0);
    assert_int_equal(run, 2);
    assert_int_equal(codes_get(db, &code, place->arena, &row), 0);
    assert_int_equal(row.state, CODE_TAKEN);
    db_close(db);
}

static void an_empty_file_becomes_a_database(void **state)
{
    struct place *place = *state;
    write_file(place->path, "", 0, -1);
    assert_int_equal(outcome_at(place, place->path), DB_OPEN);
}

/* CON-10. fork: POSIX locks do not hold against their own process. */
static void a_second_process_is_refused(void **state)
{
    struct place *place = *state;
    int ready[2], status;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        char go;
        close(ready[1]);
        if (read(ready[0], &go, 1) != 1) {
            _exit(99);
        }
        _exit(outcome_at(place, place->path));
    }
    struct db *db;
    assert_int_equal(open_at(place, place->path, &db), 0);
    assert_int_equal(write(ready[1], "", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(ready[1]);
    db_close(db);
    assert_int_equal(WEXITSTATUS(status), DB_IN_USE);
}

static void a_file_that_is_no_database_is_foreign_and_stays_as_it_is(void **state)
{
    struct place *place = *state;
    char text[4096], after[4096];
    memset(text, 'x', sizeof(text));
    write_file(place->path, text, sizeof(text), -1);
    assert_int_equal(outcome_at(place, place->path), DB_FOREIGN);
    FILE *file = fopen(place->path, "rb");
    assert_int_equal(fread(after, 1, sizeof(after), file), sizeof(after));
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(text, after, sizeof(text));
}

/* The database header: application_id stands at byte 68, user_version at 60 (SQLite's file
 * format, 1.3). */
static void another_programs_database_is_foreign(void **state)
{
    struct place *place = *state;
    make_state(place);
    write_file(place->path, "\x00\x00\x00\x07", 4, 68);
    assert_int_equal(outcome_at(place, place->path), DB_FOREIGN);
    write_file(place->path, "\x00\x00\x00\x00", 4, 68);
    assert_int_equal(outcome_at(place, place->path), DB_FOREIGN);
}

static void a_later_versions_database_is_newer(void **state)
{
    struct place *place = *state;
    make_state(place);
    write_file(place->path, "\x00\x00\x00\x63", 4, 60);
    assert_int_equal(outcome_at(place, place->path), DB_NEWER);
}

/* CON-11 */
static void a_truncated_database_is_damaged(void **state)
{
    struct place *place = *state;
    struct stat info;
    make_state(place);
    assert_int_equal(stat(place->path, &info), 0);
    for (off_t size = info.st_size - 4096; size > 4096; size -= 4096 * 5) {
        assert_int_equal(truncate(place->path, size), 0);
        assert_int_equal(outcome_at(place, place->path), DB_DAMAGED);
    }
}

static void a_database_cut_within_its_header_is_refused(void **state)
{
    struct place *place = *state;
    make_state(place);
    assert_int_equal(truncate(place->path, 50), 0);
    assert_int_equal(outcome_at(place, place->path), DB_DAMAGED);
}

static void a_short_text_is_foreign(void **state)
{
    struct place *place = *state;
    write_file(place->path, "hello", 5, -1);
    assert_int_equal(outcome_at(place, place->path), DB_FOREIGN);
}

static void overwritten_pages_are_damage(void **state)
{
    struct place *place = *state;
    char noise[4096];
    make_state(place);
    memset(noise, 0xa5, sizeof(noise));
    write_file(place->path, noise, sizeof(noise), 4096 * 3);
    assert_int_equal(outcome_at(place, place->path), DB_DAMAGED);
}

static void a_log_without_its_database_is_damage_and_is_kept(void **state)
{
    struct place *place = *state;
    write_file(place->wal, "log", 3, -1);
    assert_int_equal(outcome_at(place, place->path), DB_DAMAGED);
    assert_int_equal(access(place->path, F_OK), -1);
    write_file(place->path, "", 0, -1);
    assert_int_equal(outcome_at(place, place->path), DB_DAMAGED);
    assert_int_equal(access(place->wal, F_OK), 0);
}

static void a_symbolic_link_is_refused(void **state)
{
    struct place *place = *state;
    const char *link = arena_printf(place->arena, "%s/link", place->directory);
    make_state(place);
    assert_int_equal(symlink(place->path, link), 0);
    assert_int_equal(outcome_at(place, link), DB_UNREADABLE);
}

static void a_directory_is_refused(void **state)
{
    struct place *place = *state;
    assert_int_equal(outcome_at(place, place->directory), DB_UNREADABLE);
}

static void a_path_through_nothing_is_refused(void **state)
{
    struct place *place = *state;
    const char *path = arena_printf(place->arena, "%s/missing/state.db", place->directory);
    assert_int_equal(outcome_at(place, path), DB_UNREADABLE);
}

static void rolling_back_undoes_everything_since_begin(void **state)
{
    struct fixture *f = *state;
    struct code_row code = code_of(1), row;
    tally_set_limit(f->db, TALLY_CODES, 1);
    assert_int_equal(db_begin(f->db), 0);
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(directory_put(f->db, "teams", "[]"), 0);
    db_rollback(f->db);
    assert_int_equal(codes_get(f->db, &code.hash, f->arena, &row), 1);
    assert_int_equal(codes_put(f->db, &code), 0);
}

static void a_failure_within_a_transaction_undoes_all_of_it(void **state)
{
    struct fixture *f = *state;
    struct code_row code = code_of(1), row;
    assert_int_equal(db_begin(f->db), 0);
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(codes_put(f->db, &code), DB_BROKEN);
    assert_int_equal(db_commit(f->db), DB_BROKEN);
    assert_int_equal(codes_get(f->db, &code.hash, f->arena, &row), 1);
    assert_int_equal(codes_put(f->db, &code), 0);
}

#define PLACE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(every_statement_can_be_prepared),
        PLACE(a_new_file_is_for_its_owner_only),
        PLACE(what_was_stored_is_there_after_reopening),
        PLACE(an_empty_file_becomes_a_database),
        PLACE(a_second_process_is_refused),
        PLACE(a_file_that_is_no_database_is_foreign_and_stays_as_it_is),
        PLACE(another_programs_database_is_foreign),
        PLACE(a_later_versions_database_is_newer),
        PLACE(a_truncated_database_is_damaged),
        PLACE(a_short_text_is_foreign),
        PLACE(a_database_cut_within_its_header_is_refused),
        PLACE(overwritten_pages_are_damage),
        PLACE(a_log_without_its_database_is_damage_and_is_kept),
        PLACE(a_symbolic_link_is_refused),
        PLACE(a_directory_is_refused),
        PLACE(a_path_through_nothing_is_refused),
        FACT(rolling_back_undoes_everything_since_begin),
        FACT(a_failure_within_a_transaction_undoes_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
