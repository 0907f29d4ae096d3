#include "server/tools/iml.h"

#include <stdio.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/file.h"
#include "server/base/plain.h"
#include "server/iml/characters.h"
#include "server/iml/iml.h"
#include "server/iml/write.h"
#include "server/iml/zone.h"
#include "server/tools/usage_read.h"

#define DATA_MAX (16 * 1024 * 1024) /* bytes */

const struct usage iml_usage = {
    .words = "iml",
    .takes = "expression",
    .options = "data clock timezone",
    .help = "Evaluate an expression of Make's, or a text with {{expressions}}, and print its value "
            "as JSON.",
    .example = "'join(distinct(oauth.scope), \" \")' --data variables.json",
};

static void free_random(struct random **random)
{
    random_free(*random);
}

/* What --data says. */
static int read_data(const struct tool_run *run, const char *file, struct iml_value *data)
{
    const char *problem = NULL;
    json_error_t error;
    size_t size = 0;
    *data = iml_collection(NULL, 0);
    if (file == NULL) {
        return 0;
    }
    const char *text = file_read(run->arena, file, DATA_MAX, &size, &problem);
    if (text == NULL) {
        (void)tool_fail(run, TOOL_WRONG, arena_printf(run->arena, "'%s' %s", file, problem));
        return 1;
    }
    json_auto_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES | IML_JSON, &error);
    if (!json_is_object(json)) {
        const char *why = json == NULL ? error.text : "it is no object";
        (void)tool_fail(run, TOOL_WRONG,
                        arena_printf(run->arena, "'%s' holds no variables: line %d: %s", file,
                                     json == NULL ? error.line : 1, why));
        return 1;
    }
    const char *fault = iml_mark_fault(run->arena, json);
    if (fault != NULL) {
        (void)tool_fail(run, TOOL_WRONG, arena_printf(run->arena, "'%s': %s", file, fault));
        return 1;
    }
    *data = iml_read(run->arena, json, IML_DATES_MARKED);
    return 0;
}

static int read_clock(const struct tool_run *run, const struct given *given, struct iml *iml)
{
    const char *zone = given_text(given, "timezone");
    const char *time = given_text(given, "clock");
    struct clock clock = {0};
    if (time != NULL && clock_parse(time, &clock) != 0) {
        (void)tool_fail(run, TOOL_WRONG,
                        arena_printf(run->arena,
                                     "'%s' is no value of --clock; expected a time such as "
                                     "2026-01-01T00:00:00Z, or +90d",
                                     time));
        return 1;
    }
    iml->now = clock_now(&clock) * 1000;
    iml->zone = zone == NULL ? "UTC" : zone;
    if (!zone_is_known(iml->zone)) {
        (void)tool_fail(run, TOOL_WRONG,
                        arena_printf(run->arena,
                                     "this system knows no time zone '%s'; expected one such as "
                                     "Europe/Prague",
                                     zone));
        return 1;
    }
    return 0;
}

/* The line under the expression's that points at what is wrong. */
static enum tool_exit tell_fault(const struct tool_run *run, const struct iml *iml,
                                 const char *text)
{
    const struct iml_fault *fault = &iml->fault;
    size_t at = fault->at < strlen(text) ? fault->at : strlen(text);
    (void)tool_fail(run, TOOL_NOT_TRUE,
                    arena_printf(run->arena, "%s%s%s%s", fault->problem,
                                 fault->nearest == NULL ? "" : "; did you mean '",
                                 fault->nearest == NULL ? "" : fault->nearest,
                                 fault->nearest == NULL ? "" : "'?"));
    if (strlen(text) < 100 && strchr(text, '\n') == NULL) {
        const struct iml_value before =
            iml_text(plain_line(run->arena, arena_strndup(run->arena, text, at)));
        fprintf(stderr, "  %s\n  %*s^\n", plain_line(run->arena, text),
                (int)characters_count(&before), "");
    }
    return TOOL_NOT_TRUE;
}

static enum tool_exit print_value(const struct tool_run *run, const struct iml_value *value)
{
    struct str_buf line;
    str_buf_init(&line, run->arena);
    iml_write_json(&line, value, IML_DATES_AS_TEXT);
    str_buf_put(&line, "\n");
    return tool_print(run, plain_json(run->arena, str_buf_text(&line)));
}

enum tool_exit iml_run(struct tool_run *run)
{
    struct given given = {0};
    enum tool_exit end = TOOL_WRONG;
    struct iml iml = {.arena = run->arena};
    struct iml_value value = {0};
    if (!usage_read(run, &iml_usage, &given, &end) || read_clock(run, &given, &iml) != 0 ||
        read_data(run, given_text(&given, "data"), &iml.data) != 0) {
        return end;
    }
    AUTO(free_random) struct random *random = random_new_system();
    const char *text = given_text(&given, "expression");
    iml.random = random;
    int outcome = strstr(text, "{{") == NULL ? iml_evaluate_bare(&iml, text, strlen(text), &value)
                                             : iml_evaluate(&iml, text, strlen(text), &value);
    if (outcome != 0) {
        return tell_fault(run, &iml, text);
    }
    for (size_t i = 0; i < iml.note_count; i++) {
        fprintf(stderr, "note: %s\n", iml.notes[i]);
    }
    if (value.type == IML_UNDEFINED) {
        fprintf(stderr, "note: the value is undefined, which JSON shows as null\n");
    }
    return print_value(run, &value);
}
