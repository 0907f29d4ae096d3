#include "server/tools/connection.h"

#include <stdio.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/tools/connection_verbs.h"

const struct connection_verb connection_verb_table[] = {
    {.word = "check", .usage = &connection_check_usage, .run = connection_check_run},
    {.word = "run", .usage = &connection_run_usage, .run = connection_run_run},
    {.word = "serve", .usage = &connection_serve_usage, .run = connection_serve_run},
    {.word = NULL},
};

static enum tool_exit list_verbs(FILE *to, enum tool_exit end)
{
    fprintf(to, "usage: makeshift connection VERB FILE... [OPTIONS]\n\n");
    for (const struct connection_verb *verb = connection_verb_table; verb->word != NULL; verb++) {
        fprintf(to, "  connection %s\n      %s\n", verb->word, verb->usage->help);
    }
    return end;
}

static enum tool_exit refuse_verb(const struct tool_run *run, const char *word)
{
    struct nearest nearest = {0};
    nearest_init(&nearest, word);
    for (const struct connection_verb *verb = connection_verb_table; verb->word != NULL; verb++) {
        nearest_offer(&nearest, verb->word);
    }
    const char *meant = nearest_text(&nearest);
    (void)tool_fail(run, TOOL_WRONG,
                    arena_printf(run->arena, "connection has no verb '%s'%s%s%s", word,
                                 meant == NULL ? "" : "; did you mean '",
                                 meant == NULL ? "" : meant, meant == NULL ? "" : "'?"));
    return list_verbs(stderr, TOOL_WRONG);
}

enum tool_exit connection_run(struct tool_run *run)
{
    const char *word = run->arguments[0];
    if (word == NULL) {
        return list_verbs(stderr, TOOL_WRONG);
    }
    if (str_equal(word, "--help") || str_equal(word, "-h")) {
        return list_verbs(stdout, TOOL_DONE);
    }
    for (const struct connection_verb *verb = connection_verb_table; verb->word != NULL; verb++) {
        if (str_equal(verb->word, word)) {
            struct tool_run inner = *run;
            inner.word = arena_printf(run->arena, "connection %s", word);
            inner.arguments++;
            return verb->run(&inner);
        }
    }
    return refuse_verb(run, word);
}
