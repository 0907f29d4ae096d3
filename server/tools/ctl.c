#include "server/tools/ctl.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/tools/ctl_help.h"
#include "server/tools/ctl_request.h"
#include "server/tools/follow.h"
#include "server/tools/show.h"
#include "server/tools/target.h"
#include "server/tools/usage.h"
#include "server/tools/usage_read.h"

#define NDJSON "application/x-ndjson"

static bool is_help(const char *argument)
{
    return str_equal(argument, "--help") || str_equal(argument, "-h");
}

/* What is wrong with the words: the resource, the verb, or that there are too few. */
static enum tool_exit refuse_words(const struct tool_run *run, const char *resource,
                                   const char *verb)
{
    struct nearest nearest = {0};
    bool is_resource = ctl_help_has(resource);
    const char *wrong = is_resource ? verb : resource;
    if (wrong == NULL) {
        return tool_fail(run, TOOL_WRONG,
                         arena_printf(run->arena, "what is to be done with it? %s knows %s",
                                      resource, ctl_help_verbs(run->arena, resource)));
    }
    nearest_init(&nearest, wrong);
    ctl_help_offer(run->arena, is_resource ? resource : NULL, &nearest);
    const char *meant = nearest_text(&nearest);
    const char *hint = meant == NULL ? "makeshift ctl --help lists all there is"
                                     : arena_printf(run->arena, "did you mean '%s'?", meant);
    return tool_fail(
        run, TOOL_WRONG,
        arena_printf(run->arena, is_resource ? "there is no '%s' here; %s" : "there is no '%s'; %s",
                     wrong, hint));
}

/* The row that the arguments begin with; they go on behind it. NULL: the run is over. */
static const struct ctl_row *take_row(struct tool_run *run, enum tool_exit *end)
{
    const char *resource = run->arguments[0];
    const char *verb = resource == NULL ? NULL : run->arguments[1];
    if (resource == NULL) {
        *end = tool_fail(run, TOOL_WRONG, "what is to be done? makeshift ctl --help lists it");
        return NULL;
    }
    const struct ctl_row *row = ctl_help_row(run->arena, resource, NULL);
    if (is_help(resource) || (row == NULL && is_help(verb) && ctl_help_has(resource))) {
        *end = tool_print(run, ctl_help_text(run->arena, is_help(resource) ? NULL : resource));
        return NULL;
    }
    run->arguments += 1;
    if (row == NULL && verb != NULL) {
        row = ctl_help_row(run->arena, resource, verb);
        run->arguments += 1;
    }
    if (row == NULL) {
        *end = refuse_words(run, resource, verb);
    }
    return row;
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
