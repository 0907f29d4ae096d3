#include "server/cli/command.h"

#include "server/base/str.h"

static const struct command *command_of(const struct command *commands, const char *word)
{
    while (commands->word != NULL && !str_equal(commands->word, word)) {
        commands++;
    }
    return commands->word == NULL ? NULL : commands;
}

const struct command *command_find(struct invocation *invocation)
{
    const struct command *found = NULL;
    for (char *const *at = invocation->arguments; *at != NULL && found == NULL; at++) {
        found = (*at)[0] == '-' ? command_of(invocation->commands, *at) : NULL;
    }
    if (found != NULL) {
        return found;
    }
    char *const *first = invocation->arguments;
    found = *first == NULL ? NULL : command_of(invocation->commands, *first);
    invocation->arguments += found != NULL ? 1 : 0;
    return found != NULL ? found : invocation->commands;
}
