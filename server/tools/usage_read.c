#include "server/tools/usage_read.h"

#include <stdio.h>

#include "server/tools/usage.h"

bool usage_read(const struct tool_run *run, const struct usage *usage, struct given *given,
                enum tool_exit *end)
{
    const char *problem = NULL;
    if (given_read(run->arena, usage, run->arguments, given, &problem) != 0) {
        *end = tool_fail(run, TOOL_WRONG, problem);
        fprintf(stderr, "usage: %s\n", usage_line(run->arena, usage));
        return false;
    }
    if (given->help) {
        *end = tool_print(run, usage_text(run->arena, usage));
        return false;
    }
    return true;
}
