/* `makeshift iml 'EXPRESSION'`: what an expression of Make's comes to. */
#ifndef MAKESHIFT_TOOLS_IML_H
#define MAKESHIFT_TOOLS_IML_H

#include "server/tools/tool.h"
#include "server/tools/usage.h"

extern const struct usage iml_usage;

/* Prints the value as JSON; TOOL_NOT_TRUE when there is none. */
enum tool_exit iml_run(struct tool_run *run);

#endif
