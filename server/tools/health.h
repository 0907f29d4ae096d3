/* Tools that ask whether a server is well: see struct tool. */
#ifndef MAKESHIFT_TOOLS_HEALTH_H
#define MAKESHIFT_TOOLS_HEALTH_H

#include "server/tools/tool.h"

extern const struct usage wait_usage, healthcheck_usage;

/* Until it is, or --timeout is over. */
enum tool_exit wait_run(struct tool_run *run);

/* Once; 0 or 1. */
enum tool_exit healthcheck_run(struct tool_run *run);

#endif
