/* `makeshift ctl RESOURCE VERB ...`: the control door from a shell. */
#ifndef MAKESHIFT_TOOLS_CTL_H
#define MAKESHIFT_TOOLS_CTL_H

#include "server/tools/tool.h"

enum tool_exit ctl_run(struct tool_run *run);

#endif
