#include "server/cli/complete.h"

#include "server/base/candidate.h"
#include "server/cli/config.h"
#include "server/cli/help.h"
#include "server/cli/tools.h"

static void offer_commands(struct candidates *candidates, const struct command *commands)
{
    for (const struct command *row = commands; row->word != NULL; row++) {
        candidate_offer(candidates, row->word, row->help);
    }
}

/* The option whose value is begun, or NULL. */
static const struct option_row *option_before(char *const *words)
{
    const char *before = NULL;
    for (; words[0] != NULL && words[1] != NULL; words++) {
        before = words[0];
    }
    const struct option_row *row = option_table;
    while (row < option_table + OPTION__MAX && !str_equal(row->flag, before)) {
        row++;
    }
    return row < option_table + OPTION__MAX && row->argument != NULL ? row : NULL;
}

static void offer_options(struct candidates *candidates)
{
    for (size_t i = 0; i < OPTION__MAX; i++) {
        candidate_offer(candidates, option_table[i].flag, option_table[i].help);
    }
}

enum command_end complete_run(struct invocation *invocation)
{
    char *const *words = invocation->arguments;
    struct candidates candidates = {0};
    /* What stands behind "help" is what it is about. */
    bool is_help = words[0] != NULL && words[1] != NULL && str_equal(words[0], "help");
    words += is_help ? 1 : 0;
    invocation->arguments = words;
    bool is_first = words[0] == NULL || words[1] == NULL;
    const struct command *command = is_first ? NULL : command_named(invocation->commands, words[0]);
    if (command != NULL && command->run == tools_run) {
        return tools_run(invocation);
    }
    candidates_init(&candidates, invocation->arena, words);
    const struct option_row *option = option_before(words);
    if (option != NULL) {
        candidate_offer_values(&candidates, option->argument, option->help);
    } else if (!is_help) {
        offer_options(&candidates);
    }
    if (is_first) {
        offer_commands(&candidates, invocation->commands);
    }
    return help_print(invocation, str_buf_text(&candidates.lines));
}
