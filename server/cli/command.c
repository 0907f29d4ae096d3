#include "server/cli/command.h"

#include "server/base/str.h"

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
        found = (*at)[0] == '-' ? command_named(invocation->commands, *at) : NULL;
    }
    return found;
}

const struct command *command_find(struct invocation *invocation)
{
    char *const *first = invocation->arguments;
    const struct command *standing =
        *first == NULL ? NULL : command_named(invocation->commands, *first);
    const struct command *dashed =
        standing != NULL && standing->takes_all ? NULL : find_with_dashes(invocation);
    invocation->arguments += dashed == NULL && standing != NULL ? 1 : 0;
    standing = standing != NULL ? standing : invocation->commands;
    invocation->command = dashed != NULL ? dashed : standing;
    return invocation->command;
}
