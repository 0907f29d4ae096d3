#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/arena.h"
#include "server/base/file.h"
#include "server/base/new_file.h"

/* A folder with one file in it, "old". */
static struct place {
    struct arena *arena;
    char *folder;
    const char *path;
} place;

static void write_old(const char *text)
{
    struct new_file file;
    assert_null(new_file_begin(place.arena, place.path, 0600, &file));
    new_file_put(&file, text, strlen(text));
    assert_null(new_file_end(place.arena, &file));
    new_file_fini(&file);
}

static int make_place(void **state)
{
    (void)state;
    place = (struct place){.arena = arena_new()};
    place.folder = arena_strdup(place.arena, "/tmp/makeshift-new-file-XXXXXX");
    assert_non_null(mkdtemp(place.folder));
    place.path = arena_printf(place.arena, "%s/old", place.folder);
    write_old("before");
    return 0;
}

/* Nothing but the file itself may be left. */
static int leave_place(void **state)
{
    (void)state;
    assert_int_equal(unlink(place.path), 0);
    assert_int_equal(rmdir(place.folder), 0);
    arena_free(place.arena);
    return 0;
}

static void assert_reads(const char *text)
{
    size_t size;
    const char *problem;
    assert_string_equal(file_read(place.arena, place.path, 100, &size, &problem), text);
}

static void a_file_is_as_it_was_until_the_end_and_then_has_its_mode(void **state)
{
    (void)state;
    struct new_file file;
    struct stat info;
    umask(077);
    assert_null(new_file_begin(place.arena, place.path, 0644, &file));
    new_file_put(&file, "after", strlen("after"));
    assert_reads("before");
    assert_null(new_file_end(place.arena, &file));
    new_file_fini(&file);
    assert_reads("after");
    assert_int_equal(stat(place.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
}

static void a_file_that_does_not_end_leaves_what_was_there_and_nothing_else(void **state)
{
    (void)state;
    struct new_file file;
    assert_null(new_file_begin(place.arena, place.path, 0600, &file));
    new_file_put(&file, "after", strlen("after"));
    new_file_fini(&file);
    assert_reads("before");
}

static void a_disk_that_is_full_is_told_and_leaves_what_was_there(void **state)
{
    (void)state;
    static char much[100000];
    struct rlimit limit;
    struct new_file file;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = 1000, .rlim_max = limit.rlim_max};
    assert_null(new_file_begin(place.arena, place.path, 0600, &file));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    new_file_put(&file, much, sizeof(much));
    const char *fault = new_file_end(place.arena, &file);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    new_file_fini(&file);
    assert_string_equal(
        fault, arena_printf(place.arena, "%s cannot be written: File too large", place.path));
    assert_reads("before");
}

static void what_is_no_regular_file_is_never_replaced(void **state)
{
    (void)state;
    struct new_file file;
    const char *expected =
        arena_printf(place.arena, "%s is no regular file; name one, or a new one", place.folder);
    assert_string_equal(new_file_begin(place.arena, place.folder, 0600, &file), expected);
    new_file_fini(&file);
    new_file_clear(place.folder);
    assert_int_equal(access(place.folder, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_as_it_was_until_the_end_and_then_has_its_mode,
                                        make_place, leave_place),
        cmocka_unit_test_setup_teardown(
            a_file_that_does_not_end_leaves_what_was_there_and_nothing_else, make_place,
            leave_place),
        cmocka_unit_test_setup_teardown(a_disk_that_is_full_is_told_and_leaves_what_was_there,
                                        make_place, leave_place),
        cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_never_replaced, make_place,
                                        leave_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
