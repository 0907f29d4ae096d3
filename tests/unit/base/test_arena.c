#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/arena.h"
#include "tests/unit/base/fixture.h"

static void memory_is_zeroed_even_after_a_reset(void **state)
{
    static const char zeros[1000];
    for (size_t round = 0; round < 2; round++) {
        char *bytes = arena_alloc(*state, sizeof(zeros));
        assert_memory_equal(bytes, zeros, sizeof(zeros));
        memset(bytes, 0xAA, sizeof(zeros));
        arena_reset(*state);
    }
}

static void memory_is_aligned_for_any_type(void **state)
{
    for (size_t size = 0; size < 100; size++) {
        assert_int_equal((uintptr_t)arena_alloc(*state, size) % _Alignof(max_align_t), 0);
    }
}

static void allocations_do_not_overlap(void **state)
{
    enum { MANY = 300 };
    uint8_t *blocks[MANY];
    for (size_t i = 0; i < MANY; i++) {
        blocks[i] = arena_alloc(*state, i + 1);
        memset(blocks[i], (int)(i % 251), i + 1);
    }
    for (size_t i = 0; i < MANY; i++) {
        for (size_t at = 0; at <= i; at++) {
            assert_int_equal(blocks[i][at], i % 251);
        }
    }
}

static void an_allocation_may_be_larger_than_any_block(void **state)
{
    size_t size = (size_t)3 << 20;
    char *bytes = arena_alloc(*state, size);
    bytes[0] = 'a';
    bytes[size - 1] = 'z';
    assert_string_equal(arena_strdup(*state, "after"), "after");
    assert_int_equal(bytes[size - 1], 'z');
}

static void a_reset_gives_the_first_block_again(void **state)
{
    const void *first = arena_alloc(*state, 8);
    arena_alloc(*state, 100000);
    arena_reset(*state);
    assert_ptr_equal(arena_alloc(*state, 8), first);
}

static void copies_are_equal_and_apart(void **state)
{
    char text[] = "original";
    char *copy = arena_strdup(*state, text);
    text[0] = 'O';
    assert_string_equal(copy, "original");
    assert_string_equal(arena_strndup(*state, "abcdef", 3), "abc");
    assert_memory_equal(arena_copy(*state, "a\0b", 3), "a\0b", 3);
    assert_null(arena_strdup(*state, NULL));
}

static void printed_text_has_the_length_it_needs(void **state)
{
    assert_string_equal(arena_printf(*state, "%s-%d", "x", 42), "x-42");
    assert_int_equal(strlen(arena_printf(*state, "%9000d", 1)), 9000);
}

static void printed_text_is_whole_wherever_a_block_ends(void **state)
{
    for (int size = 1; size < 300; size++) {
        const char *text = arena_printf(*state, "%*d", size, 7);
        arena_strdup(*state, "behind it");
        assert_int_equal(strspn(text, " "), size - 1);
        assert_string_equal(text + size - 1, "7");
    }
}

/* In a child, whose stderr is closed: the line it logs is nobody's. */
static void an_impossible_allocation_aborts(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        arena_alloc(arena_new(), SIZE_MAX - 4);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(memory_is_zeroed_even_after_a_reset),
        WITH_ARENA(memory_is_aligned_for_any_type),
        WITH_ARENA(allocations_do_not_overlap),
        WITH_ARENA(an_allocation_may_be_larger_than_any_block),
        WITH_ARENA(a_reset_gives_the_first_block_again),
        WITH_ARENA(copies_are_equal_and_apart),
        WITH_ARENA(printed_text_has_the_length_it_needs),
        WITH_ARENA(printed_text_is_whole_wherever_a_block_ends),
        WITH_ARENA(an_impossible_allocation_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
