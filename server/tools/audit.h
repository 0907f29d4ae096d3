/* `makeshift audit`: how a client behaved, as the server judges it from its journal. */
#ifndef MAKESHIFT_TOOLS_AUDIT_H
#define MAKESHIFT_TOOLS_AUDIT_H

#include "server/tools/tool.h"

extern const struct usage audit_usage;

/* Prints the findings; TOOL_NOT_TRUE when one failed that is of the level of --fail-on or above. */
enum tool_exit audit_run(struct tool_run *run);

#endif
