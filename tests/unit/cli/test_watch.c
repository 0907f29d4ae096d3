#include "server/cli/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* DIR/one/f and DIR/two/f, and DIR/current, which leads to "one". */
static char *make_folders(struct arena *arena)
{
    char *folder = arena_strdup(arena, "/tmp/makeshift-watch-XXXXXX");
    assert_non_null(mkdtemp(folder));
    const char *const folders[] = {"one", "two"};
    for (size_t i = 0; i < 2; i++) {
        const char *below = arena_printf(arena, "%s/%s", folder, folders[i]);
        assert_int_equal(mkdir(below, 0700), 0);
        fclose(fopen(arena_printf(arena, "%s/f", below), "w"));
    }
    assert_int_equal(symlink("one", arena_printf(arena, "%s/current", folder)), 0);
    return folder;
}

static void remove_folders(struct arena *arena, const char *folder)
{
    const char *const names[] = {"one/f", "two/f", "one", "two", "current", ""};
    for (size_t i = 0; i < 6; i++) {
        (void)remove(arena_printf(arena, "%s/%s", folder, names[i]));
    }
}

/* Nothing happens in the folder that is watched. */
static void a_link_in_the_midst_that_leads_elsewhere_is_seen_at_the_second_look(void **state)
{
    struct arena *arena = arena_new();
    const char *folder = make_folders(arena);
    const char *current = arena_printf(arena, "%s/current", folder), *problem = NULL;
    struct watch watch = {.fd = -1};
    (void)state;
    assert_int_equal(watch_open(&watch, arena, arena_printf(arena, "%s/f", current), &problem), 0);
    assert_false(watch_look(&watch));
    assert_int_equal(unlink(current) + symlink("two", current), 0);
    assert_false(watch_look(&watch)); /* it may be on its way still */
    assert_true(watch_look(&watch));
    assert_false(watch_look(&watch));
    watch_close(&watch);
    remove_folders(arena, folder);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_in_the_midst_that_leads_elsewhere_is_seen_at_the_second_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
