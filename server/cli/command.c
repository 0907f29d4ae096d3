#include "server/cli/command.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"

#define HELP "--help"

const struct command *command_named(const struct command *commands, const char *word)
{
    while (commands->word != NULL && !str_equal(commands->word, word)) {
        commands++;
    }
    return commands->word == NULL ? NULL : commands;
}

/* The first command with dashes that stands anywhere, or NULL. */
static const struct command *find_with_dashes(const struct invocation *invocation)
{
    const struct command *found = NULL;
    for (char *const *at = invocation->arguments; *at != NULL && found == NULL; at++) {
        const char *word = str_equal(*at, "-h") ? HELP : *at;
        found = word[0] == '-' ? command_named(invocation->commands, word) : NULL;
    }
    return found;
}

/* "help ctl clock" is "ctl clock --help". */
static char *const *with_help_behind(struct arena *arena, char *const *words)
{
    size_t count = 0;
    while (words[count] != NULL) {
        count++;
    }
    char **all = arena_alloc(arena, (count + 2) * sizeof(*all));
    memcpy(all, words, count * sizeof(*all));
    all[count] = arena_strdup(arena, HELP);
    all[count + 1] = NULL;
    return all;
}

static enum command_end refuse_word(struct invocation *invocation)
{
    struct nearest nearest;
    const char *word = invocation->arguments[0];
    nearest_init(&nearest, word);
    for (const struct command *row = invocation->commands; row->word != NULL; row++) {
        nearest_offer(&nearest, row->word);
    }
    const char *meant = nearest_text(&nearest);
    invocation->problem = arena_printf(
        invocation->arena, "there is no command %s; %s%s%smakeshift " HELP " lists them", word,
        meant != NULL ? "did you mean " : "", meant != NULL ? meant : "",
        meant != NULL ? "? " : "");
    return COMMAND_WRONG;
}

static const struct command unknown = {.word = "", .run = refuse_word};

const struct command *command_find(struct invocation *invocation)
{
    if (str_equal(*invocation->arguments, "help")) {
        invocation->arguments = with_help_behind(invocation->arena, invocation->arguments + 1);
    }
    char *const *first = invocation->arguments;
    const struct command *standing =
        *first == NULL ? NULL : command_named(invocation->commands, *first);
    const struct command *dashed =
        standing != NULL && standing->takes_all ? NULL : find_with_dashes(invocation);
    invocation->arguments += dashed == NULL && standing != NULL ? 1 : 0;
    bool is_unknown = standing == NULL && *first != NULL && (*first)[0] != '-';
    standing = standing != NULL ? standing : is_unknown ? &unknown : invocation->commands;
    invocation->command = dashed != NULL ? dashed : standing;
    return invocation->command;
}
