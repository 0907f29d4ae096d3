/* makeshift: a stand-in for Make's authorization server, for tests. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/memory.h"
#include "server/base/plain.h"
#include "server/cli/command.h"
#include "server/cli/complete.h"
#include "server/cli/help.h"
#include "server/cli/serve.h"
#include "server/cli/tools.h"

static const struct command command_table[] = {
    {.word = "serve", .help = "Serve until SIGTERM.", .run = serve_run},
    {.word = "ctl",
     .help = "Steer a server by its control door: makeshift ctl --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "audit",
     .help = "Judge how clients behaved: makeshift audit --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "connection",
     .help = "Judge or run a custom app's connection: makeshift connection --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "iml",
     .help = "Evaluate an expression of Make's: makeshift iml --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "wait",
     .help = "Wait until a server answers: makeshift wait --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "healthcheck",
     .help = "Ask once whether a server is well: makeshift healthcheck --help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "doctor",
     .help = "Say whether a server can be used from here, and what mends it: makeshift doctor "
             "--help.",
     .takes_all = true,
     .run = tools_run},
    {.word = "help",
     .help = "Print this, or what a command takes: makeshift help connection run.",
     .run = help_run},
    {.word = "complete",
     .help = "Say what may stand next on a command line, for shells.",
     .takes_all = true,
     .run = complete_run},
    {.word = "--help", .help = "Print this and leave.", .run = help_run},
    {.word = "--version", .help = "Print the version and leave.", .run = version_run},
    {.word = "--print-fixtures",
     .help = "Print the built-in fixture, to begin one's own with, and leave.",
     .run = print_fixtures_run},
    {.word = NULL},
};

static void free_arena(struct arena **arena)
{
    arena_free(*arena);
}

/* One line, whatever was typed into it. */
static void refuse(struct arena *arena, const char *problem)
{
    fprintf(stderr, "makeshift: %s\n",
            plain_line(arena, problem == NULL ? "it cannot start" : problem));
}

static void harden(void)
{
    const struct rlimit none = {0};
    setrlimit(RLIMIT_CORE, &none); /* keys stay out of core dumps (CWE-528) */
    umask(077);
    signal(SIGPIPE, SIG_IGN); /* a client that hangs up is no reason to end */
    signal(SIGXFSZ, SIG_IGN); /* nor is a full disk: the store answers for it */
}

int main(int argc, char **argv)
{
    memory_setup();
    AUTO(free_arena) struct arena *arena = arena_new();
    struct invocation invocation = {
        .arguments = argc > 0 ? argv + 1 : argv,
        .environment = environ,
        .commands = command_table,
        .arena = arena,
    };
    harden();
    const struct command *command = command_find(&invocation);
    enum command_end end = command->run(&invocation);
    if (end != COMMAND_DONE) {
        refuse(arena, invocation.problem);
    }
    return (int)end;
}
