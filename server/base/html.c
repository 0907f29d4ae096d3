#include "server/base/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/base/attr.h"

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_escaped(struct str_buf *buf, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, "&<>\"'");
        str_buf_put_n(buf, text, plain);
        text += plain;
        if (*text) {
            str_buf_put(buf, entity(*text++));
        }
    }
}

char *html_escape(struct arena *arena, const char *text)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    str_buf_put_n(&buf, "", 0);
    put_escaped(&buf, text);
    return buf.text;
}

/* Behind the tag at `tag`; behind its element, where a reader does not see what that holds. */
static const char *behind_tag(const char *tag)
{
    static const char *const unseen[] = {"</head", "</style", "</script"};
    const char *end = strchr(tag, '>');
    for (size_t i = 0; i < COUNT(unseen); i++) {
        const char *name = unseen[i] + 2;
        bool is_it = strncasecmp(tag + 1, name, strlen(name)) == 0 &&
                     strchr("> \t\r\n", tag[1 + strlen(name)]) != NULL;
        const char *close = is_it ? strcasestr(tag, unseen[i]) : NULL;
        end = close == NULL ? end : strchr(close, '>');
    }
    return end == NULL ? "" : end + 1;
}

/* One letter of the text, or what an entity of ours stands for. */
static const char *put_letter(struct str_buf *buf, const char *at)
{
    static const char escaped[] = "&<>\"'";
    for (const char *c = escaped; *at == '&' && *c != '\0'; c++) {
        if (str_starts(at, entity(*c))) {
            str_buf_put_n(buf, c, 1);
            return at + strlen(entity(*c));
        }
    }
    str_buf_put_n(buf, at, 1);
    return at + 1;
}

const char *html_text(struct arena *arena, const char *html, size_t most)
{
    struct str_buf buf;
    bool is_apart = false;
    const char *content = strcasestr(html, "<main");
    const char *end = content == NULL ? NULL : strcasestr(content, "</main");
    html = content == NULL ? html : content;
    str_buf_init(&buf, arena);
    while (html != end && *html != '\0' && buf.size < most) {
        if (*html == '<' || isspace((unsigned char)*html)) {
            html = *html == '<' ? behind_tag(html) : html + 1;
            is_apart = buf.size > 0;
            continue;
        }
        str_buf_put(&buf, is_apart ? " " : "");
        is_apart = false;
        html = put_letter(&buf, html);
    }
    const char *text = str_buf_text(&buf);
    return arena_strndup(arena, text, str_utf8_prefix(text, buf.size < most ? buf.size : most));
}

struct fill {
    struct str_buf buf;
    const struct html_value *values;
    size_t count;
    size_t depth;       /* of blocks open */
    size_t hidden_from; /* the depth of the block that hides what it holds; 0 when none does */
};

static const char *find(const struct fill *fill, const char *name, size_t size)
{
    for (size_t i = 0; i < fill->count; i++) {
        const char *candidate = fill->values[i].name;
        if (strncmp(candidate, name, size) == 0 && candidate[size] == '\0') {
            return fill->values[i].value ? fill->values[i].value : "";
        }
    }
    return "";
}

static void open_block(struct fill *fill, bool shown)
{
    fill->depth++;
    if (!fill->hidden_from && !shown) {
        fill->hidden_from = fill->depth;
    }
}

static void close_block(struct fill *fill)
{
    if (fill->hidden_from == fill->depth) {
        fill->hidden_from = 0;
    }
    if (fill->depth) {
        fill->depth--;
    }
}

/* What stands between {{ and }}. */
static void put_tag(struct fill *fill, const char *tag, size_t size)
{
    char kind = *tag;
    if (kind == '#' || kind == '^') {
        bool there = *find(fill, tag + 1, size - 1) != '\0';
        open_block(fill, there == (kind == '#'));
        return;
    }
    if (kind == '/') {
        close_block(fill);
        return;
    }
    if (fill->hidden_from) {
        return;
    }
    if (kind == '{') {
        str_buf_put(&fill->buf, find(fill, tag + 1, size - 1));
    } else {
        put_escaped(&fill->buf, find(fill, tag, size));
    }
}

char *html_fill(struct arena *arena, const char *template, const struct html_value *values,
                size_t count)
{
    struct fill fill = {.values = values, .count = count};
    str_buf_init(&fill.buf, arena);
    str_buf_put_n(&fill.buf, "", 0);
    while (*template) {
        const char *open = strstr(template, "{{");
        const char *close = open ? strstr(open, "}}") : NULL;
        size_t text = close ? (size_t)(open - template) : strlen(template);
        if (!fill.hidden_from) {
            str_buf_put_n(&fill.buf, template, text);
        }
        template += text;
        if (!close) {
            continue;
        }
        put_tag(&fill, open + 2, (size_t)(close - open - 2));
        template = close + (open[2] == '{' && close[2] == '}' ? 3 : 2);
    }
    return fill.buf.text;
}
