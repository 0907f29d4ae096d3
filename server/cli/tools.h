/* The commands that are another program's: what calls a server, which the server's own may not. */
#ifndef MAKESHIFT_CLI_TOOLS_H
#define MAKESHIFT_CLI_TOOLS_H

#include "server/base/attr.h"
#include "server/cli/command.h"

/* A command: makeshift-tools, from the folder that this program is in, takes its place and is given
 * the command's word and arguments. It returns when there is no such program, with 1. */
MUST_USE int tools_run(struct invocation *invocation);

#endif
