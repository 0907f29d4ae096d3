/* The commands that print something and leave. */
#ifndef MAKESHIFT_CLI_HELP_H
#define MAKESHIFT_CLI_HELP_H

#include "server/base/attr.h"
#include "server/cli/command.h"

/* The text of --help, made from the tables of commands and options. */
const char *help_text(struct arena *arena, const struct command *commands);

/* Commands: see struct command. */
MUST_USE int help_run(struct invocation *invocation);
MUST_USE int version_run(struct invocation *invocation);
MUST_USE int print_fixtures_run(struct invocation *invocation);

#endif
