/* The server from its first file to its last answer. */
#ifndef MAKESHIFT_CLI_SERVE_H
#define MAKESHIFT_CLI_SERVE_H

#include "server/base/attr.h"
#include "server/cli/config.h"

/* A command: see struct command. Opens everything in its order, serves until SIGTERM or SIGINT, and
 * lets what is in flight end. Called before any thread is started. */
MUST_USE enum command_end serve_run(struct invocation *invocation);

#endif
