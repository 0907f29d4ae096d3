#include "server/tools/follow.h"

#include <jansson.h>
#include <poll.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/plain.h"
#include "server/base/str.h"
#include "server/tools/ctl_request.h"
#include "server/tools/show.h"
#include "server/tools/target.h"

#define WAIT "20s"
#define PATIENCE (20000 + TARGET_PATIENCE)
#define NOT_TRUE 417 /* nothing came while it was waited for */
#define PAUSE 50     /* ms, behind an answer that holds nothing */

/* One journal that is followed. */
struct following {
    const struct tool_run *run;
    const struct ctl_row *row;
    const struct given *given; /* without since and wait */
    struct target target;
    json_int_t last; /* the id of what was printed last */
};

static struct given without_place(const struct given *given)
{
    struct given kept = {0};
    for (size_t i = 0; i < given->count; i++) {
        if (!str_has_word("since wait follow", given->values[i].word)) {
            kept.values[kept.count++] = given->values[i];
        }
    }
    return kept;
}

static void put(struct given *given, const char *word, const char *text)
{
    if (given->count < GIVEN_MAX) {
        given->values[given->count++] = (struct given_value){
            .word = word, .option = option_of(word, strlen(word)), .text = text};
    }
}

static enum tool_exit print_items(struct following *following, struct arena *arena,
                                  const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        json_int_t id = json_integer_value(json_object_get(item, "id"));
        following->last = id > following->last ? id : following->last;
        const char *line =
            arena_printf(arena, "%s\n", plain_json(arena, json_text(arena, item, NULL)));
        enum tool_exit end = tool_print(following->run, line);
        if (end != TOOL_DONE) {
            return end;
        }
    }
    return TOOL_DONE;
}

/* Asks for what stands behind the last one. TOOL_DONE: and so on. */
static enum tool_exit step(struct following *following, struct arena *arena)
{
    const char *problem = NULL;
    struct ctl_request request = {0};
    struct call_answer answer = {0};
    struct given given = *following->given;
    struct tool_run run = *following->run;
    run.arena = arena;
    put(&given, "since", arena_printf(arena, "%lld", (long long)following->last));
    put(&given, "wait", WAIT);
    if (ctl_request_make(arena, following->row, &given, &request, &problem) != 0) {
        return tool_fail(&run, TOOL_WRONG, problem);
    }
    const struct call_out out = {
        .url = arena_printf(arena, "%s%s", following->target.door, request.path),
        .accept = "application/json",
        .token = following->target.token,
        .ca = following->target.ca,
        .timeout = PATIENCE};
    if (call_make(arena, &out, &answer, &problem) != 0) {
        return tool_fail(&run, TOOL_UNREACHABLE, problem);
    }
    if (answer.status == NOT_TRUE) {
        return TOOL_DONE;
    }
    if (!show_is_done(&answer)) {
        return show_answer(&run, &given, &answer);
    }
    json_auto_t *body = json_loadb(answer.body, answer.size, 0, NULL);
    const json_t *items = json_object_get(body, "items");
    if (json_array_size(items) == 0) {
        (void)poll(NULL, 0, PAUSE);
    }
    return print_items(following, arena, items);
}

enum tool_exit follow(const struct tool_run *run, const struct ctl_row *row,
                      const struct given *given)
{
    const char *problem = NULL;
    const char *since = given_text(given, "since");
    const struct given kept = without_place(given);
    struct following following = {.run = run, .row = row, .given = &kept};
    int64_t last = 0;
    if (target_read(run->arena, given, &following.target, &problem) != 0) {
        return tool_fail(run, TOOL_WRONG, problem);
    }
    if (since != NULL && !str_to_int64(since, 0, INT64_MAX, &last)) {
        return tool_fail(run, TOOL_WRONG, "--since needs a number");
    }
    following.last = (json_int_t)last;
    enum tool_exit end = TOOL_DONE;
    while (end == TOOL_DONE) {
        AUTO(arena_drop) struct arena *arena = arena_new();
        end = step(&following, arena);
    }
    return end;
}
