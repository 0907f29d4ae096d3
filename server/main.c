/* makeshift: a stand-in for Make's authorization server, for tests. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/cli/config.h"
#include "server/cli/serve.h"

#define EXIT_WRONG 2

/* One line, whatever was typed into it. */
static int refuse(struct arena *arena, const char *problem)
{
    char *line = arena_strdup(arena, problem);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = '?';
        }
    }
    fprintf(stderr, "makeshift: %s\n", line);
    return EXIT_WRONG;
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
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct config config;
    const char *problem = "it cannot start";
    if (config_read(argc, argv, environ, arena, &config, &problem) != 0) {
        return refuse(arena, problem);
    }
    if (config.command == COMMAND_HELP) {
        fputs(config_help(arena), stdout);
        return 0;
    }
    if (config.command == COMMAND_VERSION) {
        printf("makeshift %s\n", config_version);
        return 0;
    }
    harden();
    log_setup(config.log_level, config.log_format);
    return serve(&config, arena, &problem) == 0 ? 0 : refuse(arena, problem);
}
