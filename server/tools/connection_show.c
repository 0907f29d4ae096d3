#include "server/tools/connection_show.h"

#include <errno.h>
#include <string.h>

#include "server/base/file.h"
#include "server/base/plain.h"
#include "server/base/str.h"
#include "server/connection/collection.h"
#include "server/iml/write.h"

static const char *json_line(struct arena *arena, const struct iml_value *value)
{
    struct str_buf line;
    str_buf_init(&line, arena);
    iml_write_json(&line, value, IML_DATES_AS_TEXT);
    return plain_json(arena, str_buf_text(&line));
}

static void put_line(struct str_buf *out, const char *line)
{
    str_buf_put(out, plain_line(out->arena, line));
    str_buf_put(out, "\n");
}

/* The expression that the directive has in this place; NULL: none. */
static const char *expression_of(const json_t *template)
{
    const char *text = json_string_value(template);
    return text != NULL && strstr(text, "{{") != NULL ? text : NULL;
}

/* A line for each text, number, ... that the value holds, with its path. */
static void put_value(struct str_buf *out, const char *path, const struct iml_value *value,
                      const json_t *template)
{
    struct arena *arena = out->arena;
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        const struct iml_member *member = &value->members[i];
        put_value(out, arena_printf(arena, "%s.%s", path, member->name), &member->value,
                  json_object_get(template, member->name));
    }
    if (value->type == IML_COLLECTION || value->type == IML_UNDEFINED) {
        return;
    }
    const char *expression = expression_of(template);
    put_line(out,
             arena_printf(arena, "  %s: %s%s%s", path, json_line(arena, value),
                          expression == NULL ? "" : "  <- ", expression == NULL ? "" : expression));
}

const char *shown_event_text(const struct shown *shown, const struct iml_value *event)
{
    struct arena *arena = shown->arena;
    const char *step = collection_text(arena, event, "step");
    const json_t *directive = json_object_get(shown->connection, step);
    const struct iml_value number = iml_member(event, "number");
    if (number.type == IML_NUMBER) {
        directive = json_array_get(directive, (size_t)number.number - 1);
    }
    const json_t *response = json_object_get(directive, "response");
    const struct iml_value request = iml_member(event, "request");
    const struct iml_value answer = iml_member(event, "response");
    const struct iml_value stored = iml_member(event, "stored");
    struct str_buf out;
    str_buf_init(&out, arena);
    put_line(&out, step);
    put_value(&out, "request", &request, directive);
    put_value(&out, "response", &answer, NULL);
    put_value(&out, "stored", &stored, response);
    return str_buf_text(&out);
}

/* Gives the errno of what did not arrive, the first time; 0: nothing yet. */
static int put_out(FILE *to, const char *text, int why)
{
    bool is_there = fputs(text, to) >= 0 && fflush(to) == 0;
    return is_there || why != 0 ? why : errno;
}

static void print(const struct shown *shown, const char *text)
{
    shown->loss->stdout_why = put_out(stdout, text, shown->loss->stdout_why);
}

static void put_json(const struct shown *shown, const struct iml_value *event)
{
    const char *line = arena_printf(shown->arena, "%s\n", json_line(shown->arena, event));
    if (shown->transcript != NULL) {
        shown->loss->transcript_why = put_out(shown->transcript, line, shown->loss->transcript_why);
    }
    if (shown->is_json) {
        print(shown, line);
    }
}

void shown_event(const struct shown *shown, const struct iml_value *event)
{
    put_json(shown, event);
    if (!shown->is_json) {
        print(shown, shown_event_text(shown, event));
    }
}

const char *shown_as_make(struct arena *arena, const struct failure *failure)
{
    const struct iml_member said[] = {{.name = "message", .value = iml_text(failure->shown)},
                                      {.name = "name", .value = iml_text(failure->name)}};
    const struct iml_value suberror = iml_collection(said, 2);
    const struct iml_member members[] = {
        {.name = "message",
         .value = iml_text("The request failed due to failure of a previous "
                           "request.")},
        {.name = "code", .value = iml_text("SC424")},
        {.name = "suberrors", .value = iml_array(&suberror, 1)},
    };
    const struct iml_value all = iml_collection(members, 3);
    return json_line(arena, &all);
}

const char *shown_failure_text(const struct shown *shown, const struct failure *failure)
{
    struct arena *arena = shown->arena;
    const char *at =
        *failure->pointer == '\0' ? "" : arena_printf(arena, " (%s)", failure->pointer);
    return plain_line(arena, arena_printf(arena, "step %s%s: %s", step_table[failure->step].name,
                                          at, failure->why));
}

void shown_failure(const struct shown *shown, const struct failure *failure)
{
    struct arena *arena = shown->arena;
    const struct iml_member members[] = {
        {.name = "step", .value = iml_text(step_table[failure->step].name)},
        {.name = "error", .value = engine_failure_value(arena, failure)}};
    const struct iml_value event = iml_collection(members, 2);
    if (!failure->is_told) {
        put_json(shown, &event);
    }
    fprintf(stderr, "%s\n", shown_failure_text(shown, failure));
    if (!shown->is_json) {
        fprintf(stderr, "Make would show: %s\n", shown_as_make(arena, failure));
    }
}

const char *shown_skip_text(struct arena *arena, enum step step)
{
    return arena_printf(arena, "%s: skipped, its condition is false", step_table[step].name);
}

void shown_line(const struct shown *shown, const char *line)
{
    if (!shown->is_json) {
        print(shown, arena_printf(shown->arena, "%s\n", plain_line(shown->arena, line)));
    }
}

enum tool_exit shown_end(const struct shown_loss *loss, const struct tool_run *run,
                         enum tool_exit end)
{
    bool is_lost = loss->stdout_why != 0 || loss->transcript_why != 0;
    if (loss->stdout_why != 0 && loss->stdout_why != EPIPE) { /* `| head` has seen enough */
        (void)tool_fail(run, TOOL_REFUSED, "standard output cannot be written to");
    }
    if (loss->transcript_why != 0) {
        (void)tool_fail(run, TOOL_REFUSED,
                        arena_printf(run->arena, "--transcript: it cannot be written: %s",
                                     file_why(run->arena, loss->transcript_why)));
    }
    return is_lost && end == TOOL_DONE ? TOOL_REFUSED : end;
}
