/* `makeshift doctor URL`: can a server be used from where this runs, and what mends it. */
#ifndef MAKESHIFT_TOOLS_DOCTOR_H
#define MAKESHIFT_TOOLS_DOCTOR_H

#include "server/tools/tool.h"
#include "server/tools/usage.h"

extern const struct usage doctor_usage;

/* Prints a line for each check; TOOL_NOT_TRUE when one failed. */
enum tool_exit doctor_run(struct tool_run *run);

#endif
