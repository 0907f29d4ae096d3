#include "server/tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/base/plain.h"

enum tool_exit tool_fail(const struct tool_run *run, enum tool_exit end, const char *text)
{
    fprintf(stderr, "makeshift %s: %s\n", run->word, plain_line(run->arena, text));
    return end;
}

enum tool_exit tool_print_bytes(const struct tool_run *run, const char *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0) {
        return TOOL_DONE;
    }
    if (errno == EPIPE) {
        return TOOL_REFUSED; /* `| head` has seen enough: nobody is left to be told */
    }
    return tool_fail(run, TOOL_REFUSED, "standard output cannot be written to");
}

enum tool_exit tool_print(const struct tool_run *run, const char *text)
{
    return tool_print_bytes(run, text, strlen(text));
}
