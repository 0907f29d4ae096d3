#include "server/tools/show.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/new_file.h"
#include "server/base/plain.h"
#include "server/base/str.h"

#define NOT_TRUE 417 /* Expectation Failed: what was asked for is not so */
#define IN_LINES (JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY)
#define IN_ONE (JSON_COMPACT | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY)

bool show_is_done(const struct call_answer *answer)
{
    return answer->status >= 200 && answer->status < 300;
}

enum tool_exit show_write(const struct tool_run *run, const char *file, const char *bytes,
                          size_t size)
{
    AUTO(new_file_fini) struct new_file whole = {0};
    const char *fault = new_file_begin(run->arena, file, 0600, &whole);
    if (fault == NULL) {
        new_file_put(&whole, bytes, size);
        fault = new_file_end(run->arena, &whole);
    }
    return fault == NULL ? TOOL_DONE : tool_fail(run, TOOL_REFUSED, fault);
}

const char *show_write_fault(struct arena *arena, const char *file)
{
    AUTO(new_file_fini) struct new_file whole = {0};
    return new_file_begin(arena, file, 0600, &whole);
}

/* A line of a refusal, which a server sent. */
static void tell(struct arena *arena, const char *name, const char *text)
{
    fprintf(stderr, "  %s: %s\n", plain_line(arena, name), plain_line(arena, text));
}

static void tell_member(struct arena *arena, const char *name, const json_t *value)
{
    const char *text = json_string_value(value);
    if (!json_is_array(value)) {
        tell(arena, name, text != NULL ? text : json_text(arena, value, NULL));
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        text = json_string_value(item);
        tell(arena, name, text != NULL ? text : json_text(arena, item, NULL));
    }
}

/* What a refusal says: the door's (RFC 9457), or one from before it (RFC 6749 5.2). */
static const char *said_by(const json_t *problem)
{
    static const char *const members[] = {"detail", "error_description", "title"};
    const char *said = NULL;
    for (size_t i = 0; i < COUNT(members) && said == NULL; i++) {
        said = json_string_value(json_object_get(problem, members[i]));
    }
    return said != NULL ? said : "the server refused it";
}

/* A refusal is no answer to what was asked; that it is not so is one. */
static enum tool_exit end_of(const struct call_answer *answer)
{
    return answer->status == NOT_TRUE ? TOOL_NOT_TRUE : TOOL_REFUSED;
}

/* Whether the text stands in the line, by itself and not within a word. */
static bool is_said(const char *line, const char *text)
{
    size_t size = strlen(text);
    for (const char *at = line; size > 0 && (at = strstr(at, text)) != NULL; at++) {
        if ((at == line || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[size])) {
            return true;
        }
    }
    return size == 0;
}

/* RFC 9457 3.1: the first line says it, and each member of the door's own is a line more, but for
 * one whose text the first has. */
static enum tool_exit tell_refusal(const struct tool_run *run, const struct call_answer *answer,
                                   json_t *problem)
{
    const char *said = said_by(problem);
    (void)tool_fail(run, end_of(answer),
                    arena_printf(run->arena, "%s (%ld)", said, answer->status));
    const char *name;
    json_t *value;
    json_object_foreach(problem, name, value)
    {
        const char *text = json_string_value(value);
        bool is_new = text == NULL || !is_said(said, text);
        if (is_new && !str_has_word("type title status error detail error_description", name)) {
            tell_member(run->arena, name, value);
        }
    }
    return end_of(answer);
}

static enum tool_exit refuse(const struct tool_run *run, const struct given *given,
                             const struct call_answer *answer, json_t *problem)
{
    if (!json_is_object(problem)) {
        return tool_fail(run, TOOL_UNREACHABLE,
                         arena_printf(run->arena, "the answer is %ld, and not a control door's",
                                      answer->status));
    }
    if (given_text(given, "json") != NULL) {
        fprintf(stderr, "%s\n", plain_json(run->arena, json_text(run->arena, problem, NULL)));
        return end_of(answer);
    }
    return tell_refusal(run, answer, problem);
}

/* A file gets it as it came. */
static enum tool_exit put_out(const struct tool_run *run, const struct given *given, bool is_text,
                              const char *bytes, size_t size)
{
    const char *file = given_text(given, "output");
    if (file != NULL) {
        return show_write(run, file, bytes, size);
    }
    return is_text ? tool_print(run, plain_json(run->arena, bytes))
                   : tool_print_bytes(run, bytes, size);
}

enum tool_exit show_answer(const struct tool_run *run, const struct given *given,
                           const struct call_answer *answer)
{
    bool says_json = str_starts(answer->type, "application/json") ||
                     str_starts(answer->type, "application/problem+json");
    json_auto_t *value =
        says_json ? json_loadb(answer->body, answer->size, JSON_DECODE_ANY, NULL) : NULL;
    if (!show_is_done(answer)) {
        return refuse(run, given, answer, value);
    }
    bool is_text = strstr(answer->type, "json") != NULL || str_starts(answer->type, "text/");
    if (!is_text && answer->size > 0 && given_text(given, "output") == NULL &&
        isatty(STDOUT_FILENO) != 0) {
        return tool_fail(run, TOOL_WRONG, "the answer is no text; name a file with --output");
    }
    if (value == NULL) {
        return put_out(run, given, is_text, answer->body, answer->size);
    }
    char *text = json_dumps(value, given_text(given, "json") != NULL ? IN_ONE : IN_LINES);
    arena_own(run->arena, text);
    const char *line = arena_printf(run->arena, "%s\n", text);
    return put_out(run, given, true, line, strlen(line));
}
