/* wait and healthcheck: does a server answer at a URL, and say that all is well. */
#include "server/tools/health.h"

#include <jansson.h>
#include <poll.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/base/duration.h"
#include "server/base/plain.h"
#include "server/base/str.h"
#include "server/tools/target.h"
#include "server/tools/usage.h"
#include "server/tools/usage_read.h"

#define PAUSE 50        /* ms between two tries */
#define ONE_TRY 2000    /* ms: a server that takes a call and is silent may be another's */
#define WAIT_LONG 10000 /* ms, where --timeout says nothing */

const struct usage wait_usage = {
    .words = "wait",
    .takes = "?url",
    .options = "timeout",
    .help = "Wait until a server at the URL answers that it is well; leave with 1 if none does.",
    .example = "http://localhost:8080 --timeout 20s",
};
const struct usage healthcheck_usage = {
    .words = "healthcheck",
    .takes = "?url",
    .help =
        "Ask once whether the server at the URL, or else the one beside this, is well; leave with "
        "0 if it is, else with 1.",
    .example = "http://localhost:8080",
};

/* 0; 1: `*said` says why not. */
static int ask(struct arena *arena, const struct target *target, int64_t timeout, const char **said)
{
    struct call_answer answer = {0};
    const struct call_out out = {.url = arena_printf(arena, "%shealth", target->door),
                                 .accept = "application/json",
                                 .ca = target->ca,
                                 .unverified = target->unverified,
                                 .timeout = timeout};
    if (call_make(arena, &out, &answer, said) != 0) {
        return 1;
    }
    json_auto_t *body = json_loadb(answer.body, answer.size, 0, NULL);
    const char *status = json_string_value(json_object_get(body, "status"));
    const char *issuer = json_string_value(json_object_get(body, "issuer"));
    if (answer.status != 200 || issuer == NULL || !str_equal(status, "ok")) {
        *said = arena_printf(arena, "%s is not well: it answers %ld", target->url, answer.status);
        return 1;
    }
    *said = arena_printf(arena, "%s is well; its issuer is %s\n", target->url,
                         plain_line(arena, issuer));
    return 0;
}

static int read_wait(struct tool_run *run, const struct given *given, struct target *target,
                     int64_t *patience)
{
    const char *problem = NULL;
    if (target_read(run->arena, given, target, &problem) != 0 ||
        given_duration(given, run->arena, "timeout", WAIT_LONG, patience, &problem) != 0) {
        (void)tool_fail(run, TOOL_WRONG, problem);
        return 1;
    }
    return 0;
}

/* Why it is not well so far. One try that has not had its time is no reason, where there is
 * another.
 */
static void note(struct arena *arena, const char *said, bool is_cut, const char **why)
{
    if (*why == NULL || (!is_cut && !str_equal(*why, said))) {
        *why = arena_strdup(arena, said);
    }
}

/* The server is another process: nothing but asking tells when it is there. */
static enum tool_exit wait_for(const struct tool_run *run, const struct target *target,
                               int64_t patience)
{
    const char *why = NULL;
    for (int64_t until = clock_ticks_ms() + patience, left = patience; why == NULL || left > 0;
         left = until - clock_ticks_ms()) {
        AUTO(arena_drop) struct arena *arena = arena_new();
        const char *said = NULL;
        int64_t most = left < 1 ? 1 : left < ONE_TRY ? left : ONE_TRY;
        int64_t began = clock_ticks_ms();
        if (ask(arena, target, most, &said) == 0) {
            return tool_print(run, said);
        }
        note(run->arena, said, most < ONE_TRY && clock_ticks_ms() - began >= most, &why);
        (void)poll(NULL, 0, PAUSE);
    }
    return tool_fail(run, TOOL_NOT_TRUE, why);
}

enum tool_exit wait_run(struct tool_run *run)
{
    struct given given = {0};
    struct target target = {0};
    enum tool_exit end = TOOL_WRONG;
    int64_t patience = 0;
    if (!usage_read(run, &wait_usage, &given, &end) ||
        read_wait(run, &given, &target, &patience) != 0) {
        return end;
    }
    return wait_for(run, &target, patience);
}

enum tool_exit healthcheck_run(struct tool_run *run)
{
    struct given given = {0};
    struct target target = {0};
    enum tool_exit end = TOOL_WRONG;
    const char *said = NULL;
    if (!usage_read(run, &healthcheck_usage, &given, &end)) {
        return end == TOOL_DONE ? TOOL_DONE : TOOL_NOT_TRUE; /* Docker keeps 2 for itself */
    }
    int failed = given_text(&given, "url") == NULL
                     ? target_own(run->arena, &given, &target, &said)
                     : target_read(run->arena, &given, &target, &said);
    if (failed != 0 || ask(run->arena, &target, TARGET_PATIENCE, &said) != 0) {
        return tool_fail(run, TOOL_NOT_TRUE, said);
    }
    return tool_print(run, said);
}
