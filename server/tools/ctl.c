#include "server/tools/ctl.h"

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/tools/ctl_help.h"
#include "server/tools/ctl_request.h"
#include "server/tools/ctl_words.h"
#include "server/tools/follow.h"
#include "server/tools/show.h"
#include "server/tools/target.h"
#include "server/tools/usage.h"
#include "server/tools/usage_read.h"

#define NDJSON "application/x-ndjson"

/* What is wrong with the words: the resource, the verb, or that there are too few. */
static enum tool_exit refuse_words(const struct tool_run *run, const struct ctl_words *words)
{
    struct arena *arena = run->arena;
    struct nearest nearest = {0};
    bool is_resource = ctl_help_has(words->resource);
    const char *known = ctl_help_list(arena, is_resource ? words->resource : NULL);
    const char *wrong = is_resource ? words->verb : words->resource;
    const char *who = is_resource ? words->resource : "ctl";
    if (wrong == NULL) {
        return tool_fail(
            run, TOOL_WRONG,
            arena_printf(arena, "what is to be done with it? %s knows %s", who, known));
    }
    nearest_init(&nearest, wrong);
    ctl_help_offer(arena, is_resource ? words->resource : NULL, &nearest);
    const char *meant = nearest_text(&nearest);
    const char *hint = meant == NULL ? "" : arena_printf(arena, "did you mean '%s'? ", meant);
    return tool_fail(run, TOOL_WRONG,
                     arena_printf(arena, "there is no '%s'%s; %s%s knows %s", wrong,
                                  is_resource ? " here" : "", hint, who, known));
}

/* The row that is meant, and the arguments without its words. NULL: the run is over. */
static const struct ctl_row *take_row(struct tool_run *run, enum tool_exit *end)
{
    struct ctl_words words = {0};
    const char *problem = NULL;
    *end = TOOL_WRONG;
    if (ctl_words_read(run->arena, run->arguments, &words, &problem) != 0) {
        (void)tool_fail(run, TOOL_WRONG, problem);
        return NULL;
    }
    run->arguments = words.rest;
    if (words.row != NULL) {
        return words.row;
    }
    bool is_known = words.resource == NULL || (words.verb == NULL && ctl_help_has(words.resource));
    if (words.asks_for_help && is_known) {
        *end = tool_print(run, ctl_help_text(run->arena, words.resource));
        return NULL;
    }
    *end = words.resource == NULL
               ? tool_fail(run, TOOL_WRONG, "what is to be done? makeshift ctl --help lists it")
               : refuse_words(run, &words);
    return NULL;
}

/* A wait is the server's, and the answer comes behind it. */
static int patience_of(struct arena *arena, const struct given *given, int64_t *patience,
                       const char **problem)
{
    if (given_duration(given, arena, "wait", 0, patience, problem) != 0) {
        return 1;
    }
    *patience += TARGET_PATIENCE;
    return 0;
}

static enum tool_exit ask(struct tool_run *run, const struct ctl_row *row,
                          const struct given *given)
{
    const char *problem = NULL;
    struct target target = {0};
    struct ctl_request request = {0};
    struct call_answer answer = {0};
    struct call_out out = {.method = row->method};
    if (target_read(run->arena, given, &target, &problem) != 0 ||
        patience_of(run->arena, given, &out.timeout, &problem) != 0 ||
        ctl_request_make(run->arena, row, given, &request, &problem) != 0) {
        return tool_fail(run, TOOL_WRONG, problem);
    }
    out.url = arena_printf(run->arena, "%s%s", target.door, request.path);
    out.body = request.body;
    out.accept = given_text(given, "ndjson") != NULL ? NDJSON : "application/json";
    out.token = target.token;
    out.ca = target.ca;
    if (call_make(run->arena, &out, &answer, &problem) != 0) {
        return tool_fail(run, TOOL_UNREACHABLE, problem);
    }
    return show_answer(run, given, &answer);
}

enum tool_exit ctl_run(struct tool_run *run)
{
    enum tool_exit end = TOOL_WRONG;
    struct given given = {0};
    const struct ctl_row *row = take_row(run, &end);
    if (row == NULL) {
        return end;
    }
    const struct usage usage = ctl_help_usage(run->arena, row);
    if (!usage_read(run, &usage, &given, &end)) {
        return end;
    }
    return given_text(&given, "follow") != NULL ? follow(run, row, &given) : ask(run, row, &given);
}
