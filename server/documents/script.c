#include "server/documents/script.h"

#include <ctype.h>
#include <string.h>

#include "server/base/str.h"

#define DEPTH_MAX 256
#define FUNCTION "function"
#define RETURN "return"

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static const char *skip_space(const char *at)
{
    while (isspace((unsigned char)*at)) {
        at++;
    }
    return at;
}

/* Behind the opening bracket of the first function that has a name; NULL: there is none. */
static const char *find_arguments(const char *code)
{
    for (const char *at = code; (at = strstr(at, FUNCTION)) != NULL; at += strlen(FUNCTION)) {
        const char *name = skip_space(at + strlen(FUNCTION));
        const char *end = name;
        while (is_of_name(*end)) {
            end++;
        }
        bool is_word = (at == code || !is_of_name(at[-1])) && name > at + strlen(FUNCTION);
        const char *bracket = skip_space(end);
        if (is_word && end > name && *bracket == '(') {
            return bracket + 1;
        }
    }
    return NULL;
}

/* One space between words, and one behind a comma. */
const char *script_arguments(struct arena *arena, const char *code)
{
    const char *at = find_arguments(code);
    struct str_buf text;
    str_buf_init(&text, arena);
    str_buf_put(&text, "(");
    int depth = 1;
    bool is_apart = false;
    at = at != NULL ? skip_space(at) : ")";
    for (; *at != '\0'; at++) {
        depth += (*at == '(') - (*at == ')');
        if (depth == 0) {
            break;
        }
        if (isspace((unsigned char)*at)) {
            is_apart = true;
            continue;
        }
        if (is_apart && *at != ',') {
            str_buf_put(&text, " ");
        }
        str_buf_put_n(&text, at, 1);
        is_apart = *at == ',';
    }
    str_buf_put(&text, ")");
    return str_buf_text(&text);
}

/* Where reading has come to. */
struct reader {
    const char *begin, *at;
    char open[DEPTH_MAX]; /* the brackets that have to close */
    size_t depth;
    char before; /* the last character that is no space: a slash behind a value divides */
};

/* Behind the closing quote; NULL: there is none. */
static const char *skip_quoted(const char *at)
{
    char quote = *at++;
    for (; *at != quote; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        }
        if (*at == '\0' || (*at == '\n' && quote != '`')) {
            return NULL;
        }
    }
    return at + 1;
}

static const char *skip_comment(const char *at)
{
    if (at[1] == '/') {
        return at + strcspn(at, "\n");
    }
    const char *end = strstr(at + 2, "*/");
    return end != NULL ? end + 2 : NULL;
}

static bool is_comment(const char *at)
{
    return at[0] == '/' && (at[1] == '/' || at[1] == '*');
}

static bool is_behind_return(const struct reader *reader)
{
    const char *end = reader->at;
    while (end > reader->begin && isspace((unsigned char)end[-1])) {
        end--;
    }
    size_t size = strlen(RETURN);
    return (size_t)(end - reader->begin) >= size && strncmp(end - size, RETURN, size) == 0;
}

/* A slash behind an operator or an opening bracket begins a regular expression. */
static bool is_expression(const struct reader *reader)
{
    return *reader->at == '/' &&
           (reader->before == '\0' || strchr("(,=:[!&|?{};+-*%~^<>", reader->before) != NULL ||
            is_behind_return(reader));
}

static char closing(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* One character outside quotes; NULL: nothing is wrong. */
static const char *read_character(struct arena *arena, struct reader *reader)
{
    char c = *reader->at++;
    if (strchr("([{", c) != NULL) {
        if (reader->depth == DEPTH_MAX) {
            return "SyntaxError: too many brackets inside each other";
        }
        reader->open[reader->depth++] = c;
    }
    if (strchr(")]}", c) != NULL &&
        (reader->depth == 0 || closing(reader->open[--reader->depth]) != c)) {
        return arena_printf(arena, "SyntaxError: unexpected '%c'", c);
    }
    reader->before = isspace((unsigned char)c) ? reader->before : c;
    return NULL;
}

static const char *read_part(struct arena *arena, struct reader *reader)
{
    char c = *reader->at;
    bool is_quoted =
        strchr("\"'`", c) != NULL || (is_expression(reader) && !is_comment(reader->at));
    if (!is_quoted && !is_comment(reader->at)) {
        return read_character(arena, reader);
    }
    const char *end = is_quoted ? skip_quoted(reader->at) : skip_comment(reader->at);
    if (end == NULL) {
        return is_quoted ? arena_printf(arena, "SyntaxError: %c does not close", c)
                         : "SyntaxError: a comment does not close";
    }
    reader->at = end;
    reader->before = is_quoted ? '"' : reader->before;
    return NULL;
}

const char *script_fault(struct arena *arena, const char *code)
{
    struct reader reader = {.begin = code, .at = code};
    while (*reader.at != '\0') {
        const char *fault = read_part(arena, &reader);
        if (fault != NULL) {
            return fault;
        }
    }
    if (reader.depth > 0) {
        return arena_printf(arena, "SyntaxError: '%c' does not close",
                            reader.open[reader.depth - 1]);
    }
    return find_arguments(code) == NULL ? "TypeError: there is no function with a name" : NULL;
}
