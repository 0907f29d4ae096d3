/* Command lines, and commands of these tests for them to name. */
#ifndef MAKESHIFT_TESTS_CLI_COMMANDS_H
#define MAKESHIFT_TESTS_CLI_COMMANDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/cli/command.h"

#define WORDS_MAX 24

static inline int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static inline int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* Words separated by one space, as a list with NULL at its end. */
static inline char **words(struct arena *arena, const char *line, int *count)
{
    char **list = arena_alloc(arena, (WORDS_MAX + 1) * sizeof(*list));
    char *rest = arena_strdup(arena, line);
    for (*count = 0; rest != NULL; ++*count) {
        assert_true(*count < WORDS_MAX);
        list[*count] = strsep(&rest, " ");
    }
    return list;
}

static inline enum command_end unused(struct invocation *invocation)
{
    (void)invocation;
    return COMMAND_DONE;
}

static const struct command commands[] = {
    {.word = "serve", .help = "First.", .run = unused},
    {.word = "other", .help = "Second.", .run = unused},
    {.word = "greedy", .help = "Another program's.", .takes_all = true, .run = unused},
    {.word = "--help", .help = "Third.", .run = unused},
    {.word = NULL},
};

static inline struct invocation called_with(struct arena *arena, const char *line)
{
    int count = 0;
    char **list = words(arena, line, &count);
    return (struct invocation){.arguments = list + 1, .commands = commands, .arena = arena};
}

#endif
