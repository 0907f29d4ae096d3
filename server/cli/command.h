/* What the program was called with, and the commands that it may be called for. */
#ifndef MAKESHIFT_CLI_COMMAND_H
#define MAKESHIFT_CLI_COMMAND_H

#include <stdbool.h>

#include "server/base/arena.h"

struct command;

/* One run of the program. */
struct invocation {
    char *const *arguments;         /* without the program's name and the command; NULL ends them */
    char *const *environment;       /* NULL ends it */
    const struct command *commands; /* all there are; one without a word ends them */
    struct arena *arena;
    const struct command *command; /* the one that was found */
    const char *problem;           /* why the command failed and how to mend it, in one line */
};

struct command {
    const char *word; /* "serve" stands first; "--help" anywhere, and wins over all that is wrong */
    const char *help; /* one sentence */
    bool takes_all;   /* once it stands first, all that follows is its own, "--help" too */
    /* 0; 1: `problem` of the invocation says why not. */
    int (*run)(struct invocation *invocation);
};

/* The command that the arguments ask for; without any, the first one. Its word is taken off the
 * arguments when it stands first, and it is the invocation's `command`. */
const struct command *command_find(struct invocation *invocation);

#endif
