/* `makeshift connection VERB`: Make's side, with a custom app's connection. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_H
#define MAKESHIFT_TOOLS_CONNECTION_H

#include "server/tools/tool.h"

/* Runs the verb that the first argument is. */
enum tool_exit connection_run(struct tool_run *run);

#endif
