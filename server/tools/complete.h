/* What the completions of shells ask about the commands of this program. */
#ifndef MAKESHIFT_TOOLS_COMPLETE_H
#define MAKESHIFT_TOOLS_COMPLETE_H

#include "server/tools/tool.h"

/* Prints what may stand in the place of the last argument, which may be empty, of a line that
 * begins with a tool's word. */
enum tool_exit complete_run(struct tool_run *run);

#endif
