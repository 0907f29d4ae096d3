/* The command that the completions of shells ask. */
#ifndef MAKESHIFT_CLI_COMPLETE_H
#define MAKESHIFT_CLI_COMPLETE_H

#include "server/base/attr.h"
#include "server/cli/command.h"

/* A command: prints what may stand in the place of the last argument, which may be empty; nothing
 * where any file or number may. Its arguments are those of the line that is to be completed. What
 * begins with a command of makeshift-tools is handed to that program. */
MUST_USE enum command_end complete_run(struct invocation *invocation);

#endif
