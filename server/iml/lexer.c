#include "server/iml/lexer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"

#define NUMERAL_MAX 64 /* bytes */

static struct token wrong(struct lexer *lexer, size_t at, const char *problem)
{
    iml_fail(lexer->iml, problem);
    lexer->iml->fault.at = at;
    return (struct token){.kind = TOKEN_WRONG, .at = at};
}

static char look(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->size ? lexer->text[lexer->at + ahead] : '\0';
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static struct token read_name(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_NAME, .at = lexer->at, .bytes = lexer->text + lexer->at};
    while (in_name(look(lexer, 0))) {
        lexer->at++;
    }
    token.size = lexer->at - token.at;
    return token;
}

static struct token read_ticked(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_TICKED, .at = lexer->at++};
    const char *from = lexer->text + lexer->at;
    const char *end = memchr(from, '`', lexer->size - lexer->at);
    if (end == NULL) {
        return wrong(lexer, token.at, "a backtick opens a name that none closes");
    }
    token.bytes = from;
    token.size = (size_t)(end - from);
    lexer->at += token.size + 1;
    return token;
}

static struct token read_number(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_NUMBER, .at = lexer->at};
    char copy[NUMERAL_MAX + 1] = "";
    size_t size = 0;
    bool has_dot = false;
    while (size < NUMERAL_MAX &&
           (isdigit((unsigned char)look(lexer, 0)) || (look(lexer, 0) == '.' && !has_dot))) {
        has_dot = has_dot || look(lexer, 0) == '.';
        copy[size++] = lexer->text[lexer->at++];
    }
    if (copy[size - 1] == '.' || in_name(look(lexer, 0))) {
        return wrong(lexer, token.at,
                     "a number ends in what is no digit; a name that begins with "
                     "one stands in backticks");
    }
    token.number = strtod(copy, NULL);
    return token;
}

/* What a backslash and this letter stand for; NUL: both, as they are. */
static char escaped(char letter)
{
    static const char letters[] = "nrt\"'\\/", means[] = "\n\r\t\"'\\/";
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    return (char)(found == NULL ? '\0' : means[found - letters]);
}

static struct token read_text(struct lexer *lexer)
{
    struct str_buf text;
    struct token token = {.kind = TOKEN_TEXT, .at = lexer->at};
    char quote = lexer->text[lexer->at++];
    str_buf_init(&text, lexer->iml->arena);
    while (lexer->at < lexer->size && look(lexer, 0) != quote) {
        size_t run = lexer->at;
        while (run < lexer->size && lexer->text[run] != quote && lexer->text[run] != '\\') {
            run++;
        }
        str_buf_put_n(&text, lexer->text + lexer->at, run - lexer->at);
        lexer->at = run;
        if (look(lexer, 0) == '\\') {
            char means = escaped(look(lexer, 1));
            str_buf_put_n(&text, means == '\0' ? "\\" : &means, 1);
            lexer->at += means == '\0' ? 1 : 2;
        }
    }
    if (lexer->at >= lexer->size) {
        return wrong(lexer, token.at, "a quotation mark opens a text that none closes");
    }
    lexer->at++;
    token.bytes = str_buf_text(&text);
    token.size = text.size;
    return token;
}

static struct token read_mark(struct lexer *lexer, enum token_kind kind, size_t size)
{
    struct token token = {.kind = kind, .at = lexer->at, .sign = look(lexer, 0)};
    lexer->at += size;
    return token;
}

static struct token read_stranger(struct lexer *lexer)
{
    char c = look(lexer, 0);
    if (c == ';') {
        return wrong(lexer, lexer->at,
                     "a semicolon stands between arguments; in an app's code it is a comma");
    }
    return wrong(lexer, lexer->at,
                 (unsigned char)c <= ' ' || c == 0x7f
                     ? "a control character stands in an expression"
                     : arena_printf(lexer->iml->arena, "'%c' begins nothing", c));
}

static void skip_space(struct lexer *lexer)
{
    while (lexer->at < lexer->size && look(lexer, 0) != '\0' &&
           strchr(" \t\r\n", look(lexer, 0)) != NULL) {
        lexer->at++;
    }
}

struct token lexer_next(struct lexer *lexer)
{
    skip_space(lexer);
    char c = look(lexer, 0);
    if (lexer->at >= lexer->size) {
        return (struct token){.kind = TOKEN_END, .at = lexer->at};
    }
    if (isdigit((unsigned char)c)) {
        return read_number(lexer);
    }
    if (in_name(c)) {
        return read_name(lexer);
    }
    if (c == '"' || c == '\'') {
        return read_text(lexer);
    }
    if (c == '`') {
        return read_ticked(lexer);
    }
    if ((c == '}' || c == '{') && look(lexer, 1) == c) {
        return read_mark(lexer, c == '{' ? TOKEN_OPEN : TOKEN_CLOSE, 2);
    }
    if (c != '\0' && strchr("()[],.", c) != NULL) {
        return read_mark(lexer, TOKEN_SIGN, 1);
    }
    const char *rest = lexer->text + lexer->at;
    size_t left = lexer->size - lexer->at;
    if (operator_find(rest, left, false) != NULL || operator_find(rest, left, true) != NULL) {
        return read_mark(lexer, TOKEN_OPERATOR, 0);
    }
    return read_stranger(lexer);
}

struct token lexer_next_member(struct lexer *lexer)
{
    skip_space(lexer);
    if (look(lexer, 0) == '`') {
        return read_ticked(lexer);
    }
    struct token token = read_name(lexer);
    return token.size > 0 ? token
                          : wrong(lexer, token.at, "a dot is followed by the name of a member");
}
