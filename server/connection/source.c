#include "server/connection/source.h"

#include <string.h>

#include "server/base/file.h"

/* Behind the text that the quotation mark opens. */
static size_t past_text(const char *text, size_t size, size_t at)
{
    for (at++; at < size && text[at] != '"'; at++) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return at + 1 < size ? at + 1 : size;
}

/* Spaces in the place of comments, so that lines and columns stay. */
static void blank_comments(char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        if (text[at] == '"') {
            at = past_text(text, size, at);
            continue;
        }
        bool is_line = text[at] == '/' && text[at + 1] == '/';
        bool is_block = text[at] == '/' && text[at + 1] == '*';
        if (!is_line && !is_block) {
            at++;
            continue;
        }
        const char *mark = is_line ? "\n" : "*/";
        const char *close = strstr(text + at + 2, mark);
        size_t end = close == NULL ? size : (size_t)(close - text) + (is_line ? 0 : 2);
        for (; at < end; at++) {
            text[at] = (char)(text[at] == '\n' ? '\n' : ' ');
        }
    }
}

int source_read(struct arena *arena, const char *file, struct source *source, const char **problem,
                size_t *line)
{
    json_error_t error;
    *line = 0;
    *source = (struct source){.file = file};
    const char *bytes = file_read(arena, file, SOURCE_MAX, &source->size, problem);
    if (bytes == NULL) {
        return 1;
    }
    char *text = arena_strndup(arena, bytes, source->size);
    blank_comments(text, source->size);
    source->text = text;
    source->json = json_loadb(text, source->size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL,
                              &error); /* numbers are IML's */
    if (source->json == NULL) {
        *problem = arena_printf(arena, "it is no JSON: %s", error.text);
        *line = error.line > 0 ? (size_t)error.line : 0;
        return 1;
    }
    return 0;
}

/* The next byte that is no space. */
static size_t past_space(const struct source *source, size_t at)
{
    while (at < source->size && strchr(" \t\r\n", source->text[at]) != NULL) {
        at++;
    }
    return at;
}

/* Behind the value that begins here. */
static size_t past_value(const struct source *source, size_t at)
{
    size_t depth = 0;
    do {
        char c = source->text[at];
        if (c == '"') {
            at = past_text(source->text, source->size, at);
            continue;
        }
        depth += c == '{' || c == '[' ? 1 : 0;
        depth -= (c == '}' || c == ']') && depth > 0 ? 1 : 0;
        at++;
    } while (at < source->size && (depth > 0 || strchr(",}] \t\r\n", source->text[at]) == NULL));
    return at;
}

/* Whether the quoted text here is this name. Names are compared as they were written. */
static bool is_name(const struct source *source, size_t at, const char *name)
{
    size_t size = strlen(name);
    return at + size + 1 < source->size && memcmp(source->text + at + 1, name, size) == 0 &&
           source->text[at + 1 + size] == '"';
}

/* Where the member's value begins, in the object or array that begins here; 0: nowhere. */
static size_t enter(const struct source *source, size_t at, const struct place *place)
{
    bool is_object = source->text[at] == '{';
    at = past_space(source, at + 1);
    for (size_t index = 0; at < source->size && strchr("}]", source->text[at]) == NULL; index++) {
        size_t name = at;
        if (is_object) {
            at = past_space(source, past_text(source->text, source->size, at));
            at = past_space(source, at + 1); /* the colon */
        }
        if (place->member == NULL ? index == place->index
                                  : is_object && is_name(source, name, place->member)) {
            return at;
        }
        at = past_space(source, past_value(source, at));
        at = past_space(source, at + (source->text[at] == ',' ? 1 : 0));
    }
    return 0;
}

static size_t find(const struct source *source, const struct place *place)
{
    if (place->parent == NULL) {
        return past_space(source, 0);
    }
    size_t parent = find(source, place->parent);
    size_t own = strchr("{[", source->text[parent]) == NULL ? 0 : enter(source, parent, place);
    return own == 0 ? parent : own;
}

size_t source_line(const struct source *source, const struct place *place)
{
    size_t at = find(source, place);
    size_t line = 1;
    for (size_t i = 0; i < at && i < source->size; i++) {
        line += source->text[i] == '\n' ? 1 : 0;
    }
    return line;
}
