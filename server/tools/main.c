/* makeshift-tools: what calls a server, while the server itself calls nobody. The server's program
 * hands its commands of these names to this one, which stands beside it. */
#include <signal.h>
#include <stdio.h>

#include "server/base/attr.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/tools/audit.h"
#include "server/tools/complete.h"
#include "server/tools/connection.h"
#include "server/tools/ctl.h"
#include "server/tools/doctor.h"
#include "server/tools/health.h"
#include "server/tools/iml.h"
#include "server/tools/tool.h"

static const struct tool tool_table[] = {
    {.word = "ctl", .help = "Steer a server by its control door.", .run = ctl_run},
    {.word = "audit",
     .help = "Judge how clients behaved.",
     .run = audit_run,
     .usage = &audit_usage},
    {.word = "connection",
     .help = "Judge or run a custom app's connection.",
     .run = connection_run},
    {.word = "iml",
     .help = "Evaluate an expression of Make's.",
     .run = iml_run,
     .usage = &iml_usage},
    {.word = "wait", .help = "Wait until a server answers.", .run = wait_run, .usage = &wait_usage},
    {.word = "healthcheck",
     .help = "Ask once whether a server is well.",
     .run = healthcheck_run,
     .usage = &healthcheck_usage},
    {.word = "doctor",
     .help = "Say whether a server can be used from here, and what mends it.",
     .run = doctor_run,
     .usage = &doctor_usage},
    {.word = "complete",
     .help = "Say what may stand next on a command line, for shells.",
     .run = complete_run},
    {.word = NULL},
};

static enum tool_exit list_tools(FILE *to, enum tool_exit end)
{
    fprintf(to, "usage: makeshift COMMAND [ARGUMENTS]\n\n");
    for (const struct tool *tool = tool_table; tool->word != NULL; tool++) {
        fprintf(to, "  %s\n      %s\n", tool->word, tool->help);
    }
    return end;
}

int main(int argc, char **argv)
{
    memory_setup();
    signal(SIGPIPE, SIG_IGN);
    AUTO(arena_drop) struct arena *arena = arena_new();
    if (argc < 2) {
        return (int)list_tools(stderr, TOOL_WRONG);
    }
    for (const struct tool *tool = tool_table; tool->word != NULL; tool++) {
        if (str_equal(tool->word, argv[1])) {
            struct tool_run run = {
                .word = tool->word, .arguments = argv + 2, .arena = arena, .tools = tool_table};
            return (int)tool->run(&run);
        }
    }
    return str_equal(argv[1], "--help") ? (int)list_tools(stdout, TOOL_DONE)
                                        : (int)list_tools(stderr, TOOL_WRONG);
}
