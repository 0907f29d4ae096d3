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

/* Spaces in the place of comments, so that lines and columns stay. Gives where one begins that has
 * no end; `size`: none does. */
static size_t blank_comments(char *text, size_t size)
{
    size_t open = size;
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
        size_t from = at + 2 < size ? at + 2 : size;
        const char *mark = is_line ? "\n" : "*/";
        const char *close = memmem(text + from, size - from, mark, strlen(mark));
        size_t end = close == NULL ? size : (size_t)(close - text) + (is_line ? 0 : 2);
        open = is_block && close == NULL ? at : open;
        for (; at < end; at++) {
            text[at] = (char)(text[at] == '\n' ? '\n' : ' ');
        }
    }
    return open;
}

static size_t line_at(const char *text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text[i] == '\n' ? 1 : 0;
    }
    return line;
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
    size_t open = blank_comments(text, source->size);
    source->text = text;
    if (open < source->size) {
        *problem = "a comment that /* begins has no end; expected */ behind it";
        *line = line_at(text, open);
        return 1;
    }
    source->json = json_loadb(text, source->size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL,
                              &error); /* numbers are IML's */
    if (source->json == NULL) {
        *problem = arena_printf(arena, "it is no JSON: %s", error.text);
        *line = error.line > 0 ? (size_t)error.line : 0;
        return 1;
    }
    return 0;
}

size_t source_line(struct arena *arena, struct source *source, const struct place *place)
{
    if (source->lines == NULL) {
        source->lines = lines_read(arena, source->text, source->size);
    }
    return lines_of(source->lines, place);
}
