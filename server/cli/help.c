#include "server/cli/help.h"

#include <errno.h>
#include <stdio.h>

#include "server/base/str.h"
#include "server/cli/config.h"
#include "server/fixture/load.h"

static void put_option(struct str_buf *help, const struct option_row *row)
{
    str_buf_printf(help, "  %s%s%s\n      %s\n      %s", row->flag,
                   row->argument == NULL ? "" : " ", row->argument == NULL ? "" : row->argument,
                   row->help, row->environment);
    if (row->argument == NULL) {
        str_buf_put(help, " is on or off");
    }
    if (row->fallback != NULL) {
        str_buf_printf(help, "; default %s", row->fallback);
    }
    str_buf_put(help, row->repeats ? "; separated by commas\n" : "\n");
}

const char *help_text(struct arena *arena, const struct command *commands)
{
    struct str_buf help;
    str_buf_init(&help, arena);
    str_buf_printf(&help,
                   "usage: makeshift [COMMAND] [OPTIONS]\n\n"
                   "A stand-in for Make's authorization server, for tests.\n\n"
                   "Commands; without one, %s:\n\n",
                   commands->word);
    for (const struct command *row = commands; row->word != NULL; row++) {
        str_buf_printf(&help, "  %s\n      %s\n", row->word, row->help);
    }
    str_buf_put(&help, "\nOptions, each with the variable that stands for it:\n\n");
    for (size_t i = 0; i < OPTION__MAX; i++) {
        put_option(&help, &option_table[i]);
    }
    str_buf_put(&help, "\nThe command line wins over the environment.\n");
    return str_buf_text(&help);
}

/* A reader that has seen enough and left, like head, is no failure. */
enum command_end help_print(struct invocation *invocation, const char *text)
{
    if ((fputs(text, stdout) >= 0 && fflush(stdout) == 0) || errno == EPIPE) {
        return COMMAND_DONE;
    }
    invocation->problem = "standard output cannot be written to";
    return COMMAND_WRONG;
}

enum command_end help_run(struct invocation *invocation)
{
    return help_print(invocation, help_text(invocation->arena, invocation->commands));
}

enum command_end version_run(struct invocation *invocation)
{
    return help_print(invocation,
                      arena_printf(invocation->arena, "makeshift %s\n", config_version));
}

enum command_end print_fixtures_run(struct invocation *invocation)
{
    return help_print(invocation, fixture_built_in());
}
