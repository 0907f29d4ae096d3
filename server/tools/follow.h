/* `ctl journal list --follow`: what comes, as it comes. */
#ifndef MAKESHIFT_TOOLS_FOLLOW_H
#define MAKESHIFT_TOOLS_FOLLOW_H

#include "server/tools/ctl_table.h"
#include "server/tools/tool.h"

/* Prints each item of the row's list in a line of JSON, and then those that come behind it. Returns
 * when the server refuses, is gone, or nobody reads any more. */
enum tool_exit follow(const struct tool_run *run, const struct ctl_row *row,
                      const struct given *given);

#endif
