/* The commands that print something and leave. */
#ifndef MAKESHIFT_CLI_HELP_H
#define MAKESHIFT_CLI_HELP_H

#include "server/base/attr.h"
#include "server/cli/command.h"

/* The text of --help, made from the tables of commands and options. */
const char *help_text(struct arena *arena, const struct command *commands);

/* Prints the text. Unless it has arrived, COMMAND_WRONG and the invocation's `problem`. */
MUST_USE enum command_end help_print(struct invocation *invocation, const char *text);

/* Commands: see struct command. */
MUST_USE enum command_end help_run(struct invocation *invocation);
MUST_USE enum command_end version_run(struct invocation *invocation);
MUST_USE enum command_end print_fixtures_run(struct invocation *invocation);

#endif
