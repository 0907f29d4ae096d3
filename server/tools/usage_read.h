/* What a command was given, or why it is over already. */
#ifndef MAKESHIFT_TOOLS_USAGE_READ_H
#define MAKESHIFT_TOOLS_USAGE_READ_H

#include "server/tools/given.h"
#include "server/tools/tool.h"

/* Reads the arguments. False: the run is over, with `*end`, as they are wrong or asked for help. */
bool usage_read(const struct tool_run *run, const struct usage *usage, struct given *given,
                enum tool_exit *end);

#endif
