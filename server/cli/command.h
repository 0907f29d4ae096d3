/* What the program was called with, and the commands that it may be called for. */
#ifndef MAKESHIFT_CLI_COMMAND_H
#define MAKESHIFT_CLI_COMMAND_H

#include <stdbool.h>

#include "server/base/arena.h"

struct command;

/* How the program ends. */
enum command_end {
    COMMAND_DONE = 0,
    COMMAND_WRONG = 2,    /* it could not do what it was told */
    COMMAND_ABSENT = 127, /* a program that the command needs is not there, as shells say it */
};

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
    /* Unless it is done, `problem` of the invocation says why not. */
    enum command_end (*run)(struct invocation *invocation);
};

/* The row of the word, or NULL. */
const struct command *command_named(const struct command *commands, const char *word);

/* The command that the arguments ask for; without any, the first one; of a word that is none's, one
 * that refuses it. "help" in front is "--help" behind, and "-h" is that, too. The command's word is
 * taken off the arguments when it stands first, and it is the invocation's `command`. */
const struct command *command_find(struct invocation *invocation);

#endif
