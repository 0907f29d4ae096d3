#include "server/tools/audit.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/plain.h"
#include "server/base/str.h"
#include "server/tools/show.h"
#include "server/tools/target.h"
#include "server/tools/usage.h"
#include "server/tools/usage_read.h"

#define OUTCOMES 3

const struct usage audit_usage = {
    .words = "audit",
    .options = "client_id fail_on junit " SHOW_OPTIONS " " TARGET_OPTIONS,
    .help = "Judge how clients behaved so far; leave with 1 if one failed a rule.",
    .example = "--client-id demo-web --fail-on should --junit audit.xml",
};

static const char *const outcomes[OUTCOMES] = {"failed", "passed", "not exercised"};

/* How the answer is to be judged. */
struct judging {
    const struct tool_run *run;
    bool should; /* a SHOULD counts too */
    bool failed;
};

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text == NULL ? "" : text;
}

/* To be shown: a client is named as it named itself. */
static const char *line_of(struct arena *arena, const json_t *object, const char *member)
{
    return plain_line(arena, text_of(object, member));
}

/* "3, 7" of [3, 7]. */
static const char *listed(struct arena *arena, const json_t *numbers)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        str_buf_printf(&text, "%s%lld", i == 0 ? "" : ", ",
                       (long long)json_integer_value(json_array_get(numbers, i)));
    }
    return str_buf_text(&text);
}

static size_t count_of(const json_t *findings, const char *outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        count += str_equal(text_of(json_array_get(findings, i), "outcome"), outcome) ? 1 : 0;
    }
    return count;
}

/* What was broken is said in full, with where; of what nobody has seen, what would show it. */
static void put_finding(struct judging *judging, struct str_buf *text, const json_t *finding,
                        int width)
{
    struct arena *arena = text->arena;
    const char *outcome = line_of(arena, finding, "outcome");
    const char *level = line_of(arena, finding, "level");
    const json_t *exchanges = json_object_get(finding, "exchanges");
    bool fails = str_equal(outcome, outcomes[0]);
    judging->failed = judging->failed || (fails && (judging->should || str_equal(level, "MUST")));
    str_buf_printf(text, "  %-13s  %-6s  %-*s  %s\n", outcome, level, width,
                   line_of(arena, finding, "rule"), line_of(arena, finding, "clause"));
    const char *more =
        str_equal(outcome, outcomes[1]) ? "" : line_of(arena, finding, fails ? "says" : "hint");
    if (*more != '\0') {
        str_buf_printf(text, "      %s\n", more);
    }
    if (fails && json_array_size(exchanges) > 0) {
        str_buf_printf(text, "      exchanges: %s\n", listed(arena, exchanges));
    }
}

/* One client's findings: what failed first, and what was not exercised last. */
static void put_report(struct judging *judging, struct str_buf *text, const json_t *report)
{
    const json_t *findings = json_object_get(report, "findings");
    size_t width = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        size_t size = strlen(text_of(json_array_get(findings, i), "rule"));
        width = size > width ? size : width;
    }
    str_buf_printf(text, "%s: ", line_of(text->arena, report, "client_id"));
    for (size_t o = 0; o < OUTCOMES; o++) {
        str_buf_printf(text, "%zu %s%s", count_of(findings, outcomes[o]), outcomes[o],
                       o + 1 < OUTCOMES ? ", " : "\n");
    }
    for (size_t i = 0; i < OUTCOMES * json_array_size(findings); i++) {
        size_t o = i / json_array_size(findings);
        const json_t *finding = json_array_get(findings, i % json_array_size(findings));
        if (str_equal(text_of(finding, "outcome"), outcomes[o])) {
            put_finding(judging, text, finding, (int)width);
        }
    }
}

/* A report of one client, or {"items": [...]} of several. */
static const char *judge(struct judging *judging, const json_t *answer)
{
    const json_t *items = json_object_get(answer, "items");
    struct str_buf text;
    str_buf_init(&text, judging->run->arena);
    if (items == NULL) {
        put_report(judging, &text, answer);
    } else if (json_array_size(items) == 0) {
        str_buf_printf(&text, "no client was seen: there is nothing to judge\n");
    }
    for (size_t i = 0; i < json_array_size(items); i++) {
        put_report(judging, &text, json_array_get(items, i));
    }
    return str_buf_text(&text);
}

/* 0, and the answer, which is none of a refusal; 1: the run is over with `*end`. */
static int ask(const struct tool_run *run, const struct given *given, const struct target *target,
               const char *accept, struct call_answer *answer, enum tool_exit *end)
{
    const char *problem = NULL;
    const char *client = given_text(given, "client_id");
    const char *query = client == NULL ? ""
                                       : arena_printf(run->arena, "?client_id=%s",
                                                      str_percent_encode(run->arena, client));
    const struct call_out out = {.url = arena_printf(run->arena, "%saudit%s", target->door, query),
                                 .accept = accept,
                                 .token = target->token,
                                 .ca = target->ca,
                                 .timeout = TARGET_PATIENCE};
    if (call_make(run->arena, &out, answer, &problem) != 0) {
        *end = tool_fail(run, TOOL_UNREACHABLE, problem);
        return 1;
    }
    if (!show_is_done(answer)) {
        *end = show_answer(run, given, answer);
        return 1;
    }
    return 0;
}

static enum tool_exit show(struct judging *judging, const struct given *given,
                           const struct call_answer *answer)
{
    json_auto_t *body = json_loadb(answer->body, answer->size, 0, NULL);
    if (!json_is_object(body)) {
        return tool_fail(judging->run, TOOL_UNREACHABLE, "the answer is no control door's");
    }
    const char *text = judge(judging, body);
    const char *file = given_text(given, "output");
    enum tool_exit end = TOOL_DONE;
    if (given_text(given, "json") != NULL) {
        end = show_answer(judging->run, given, answer);
    } else if (file != NULL) {
        end = show_write(judging->run, file, text, strlen(text));
    } else {
        end = tool_print(judging->run, text);
    }
    return end == TOOL_DONE && judging->failed ? TOOL_NOT_TRUE : end;
}

static int read_level(const struct tool_run *run, const struct given *given, bool *should)
{
    const char *level = given_text(given, "fail_on");
    *should = str_equal(level, "should");
    if (level == NULL || *should || str_equal(level, "must")) {
        return 0;
    }
    (void)tool_fail(
        run, TOOL_WRONG,
        arena_printf(run->arena, "'%s' is no value of --fail-on; expected must or should", level));
    return 1;
}

enum tool_exit audit_run(struct tool_run *run)
{
    enum tool_exit end = TOOL_WRONG;
    const char *problem = NULL;
    struct given given = {0};
    struct target target = {0};
    struct call_answer answer = {0}, units = {0};
    struct judging judging = {.run = run};
    if (!usage_read(run, &audit_usage, &given, &end) ||
        read_level(run, &given, &judging.should) != 0) {
        return end;
    }
    if (target_read(run->arena, &given, &target, &problem) != 0) {
        return tool_fail(run, TOOL_WRONG, problem);
    }
    const char *junit = given_text(&given, "junit");
    if (ask(run, &given, &target, "application/json", &answer, &end) != 0 ||
        (junit != NULL && ask(run, &given, &target, "application/xml", &units, &end) != 0)) {
        return end;
    }
    if (junit != NULL) {
        end = show_write(run, junit, units.body, units.size);
    }
    enum tool_exit shown = show(&judging, &given, &answer);
    return junit != NULL && end != TOOL_DONE ? end : shown;
}
