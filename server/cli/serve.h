/* The server from its first file to its last answer. */
#ifndef MAKESHIFT_CLI_SERVE_H
#define MAKESHIFT_CLI_SERVE_H

#include "server/cli/config.h"

/* Opens everything in its order, serves until SIGTERM or SIGINT, lets what is in flight end and gives
 * 0. 1: it could not start; `*problem` says why and how to mend it, in one line.
 * Called before any thread is started. */
int serve(const struct config *config, struct arena *arena, const char **problem);

#endif
