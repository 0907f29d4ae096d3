/* The commands that are another program's: what calls a server, which the server's own may not. */
#ifndef MAKESHIFT_CLI_TOOLS_H
#define MAKESHIFT_CLI_TOOLS_H

#include "server/base/attr.h"
#include "server/cli/command.h"

/* A command: makeshift-tools takes the place of this program and is given the command's word and
 * arguments. It is sought beside this program, then where an installation has it. It returns when
 * it cannot be run: COMMAND_ABSENT. */
MUST_USE enum command_end tools_run(struct invocation *invocation);

#endif
