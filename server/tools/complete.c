#include "server/tools/complete.h"

#include <string.h>

#include "server/base/candidate.h"
#include "server/tools/connection.h"
#include "server/tools/connection_verbs.h"
#include "server/tools/ctl.h"
#include "server/tools/ctl_help.h"
#include "server/tools/option.h"

static const struct tool *tool_named(const struct tool *tools, const char *word)
{
    while (tools->word != NULL && !str_equal(tools->word, word)) {
        tools++;
    }
    return tools->word == NULL ? NULL : tools;
}

/* The option of "--endpoint" if it takes a value: that is what the next word is. Else NULL. */
static const struct option_row *takes_value(struct arena *arena, const struct usage *usage,
                                            const char *flag)
{
    const char *at = usage_options(arena, usage);
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *own = arena_strndup(arena, word, size);
        if (str_equal(usage_flag(arena, own), flag)) {
            const struct option_row *row = option_of(word, size);
            return row->kind == OPTION_FLAG ? NULL : row;
        }
    }
    return NULL;
}

/* `words` are those behind the command's own. */
static void offer_options(struct candidates *candidates, const struct usage *usage,
                          char *const *words)
{
    struct arena *arena = candidates->lines.arena;
    for (; words[0] != NULL && words[1] != NULL; words++) {
        const struct option_row *row =
            words[2] == NULL ? takes_value(arena, usage, words[0]) : NULL;
        if (row != NULL) {
            candidate_offer_values(candidates, row->argument, row->says);
            return;
        }
    }
    const char *at = usage_options(arena, usage);
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *own = arena_strndup(arena, word, size);
        candidate_offer(candidates, usage_flag(arena, own), option_of(word, size)->says);
    }
    candidate_offer(candidates, "--help", "Print what it takes, and leave.");
}

/* A resource, a verb of it, or what a command takes. */
static void offer_ctl(struct candidates *candidates, char *const *words)
{
    struct arena *arena = candidates->lines.arena;
    const char *resource = words[0], *verb = resource == NULL ? NULL : words[1];
    if (verb == NULL) {
        ctl_help_candidates(candidates, NULL);
        return;
    }
    const struct ctl_row *row = ctl_help_row(arena, resource, NULL);
    const struct ctl_row *longer = words[2] == NULL ? NULL : ctl_help_row(arena, resource, verb);
    if (row == NULL && longer == NULL) {
        ctl_help_candidates(candidates, resource);
        return;
    }
    const struct usage usage = ctl_help_usage(arena, longer == NULL ? row : longer);
    offer_options(candidates, &usage, words + (longer == NULL ? 1 : 2));
}

/* A verb, or what it takes. */
static void offer_connection(struct candidates *candidates, char *const *words)
{
    for (const struct connection_verb *verb = connection_verb_table; verb->word != NULL; verb++) {
        if (words[0] != NULL && words[1] != NULL && str_equal(verb->word, words[0])) {
            offer_options(candidates, verb->usage, words + 1);
        } else if (words[0] == NULL || words[1] == NULL) {
            candidate_offer(candidates, verb->word, verb->usage->help);
        }
    }
}

enum tool_exit complete_run(struct tool_run *run)
{
    char *const *words = run->arguments;
    const struct tool *tool = words[0] == NULL ? NULL : tool_named(run->tools, words[0]);
    struct candidates candidates = {0};
    candidates_init(&candidates, run->arena, words);
    if (tool != NULL && tool->run == ctl_run) {
        offer_ctl(&candidates, words + 1);
    } else if (tool != NULL && tool->run == connection_run) {
        offer_connection(&candidates, words + 1);
    } else if (tool != NULL && tool->usage != NULL) {
        offer_options(&candidates, tool->usage, words + 1);
    }
    return tool_print(run, str_buf_text(&candidates.lines));
}
