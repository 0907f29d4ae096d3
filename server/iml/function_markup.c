/* Functions of texts that other languages read: HTML, URLs, file names. */
#include <string.h>

#include "server/base/html.h"
#include "server/iml/function.h"
#include "server/iml/write.h"

/* A text that is NUL-terminated and holds no other. */
static int take_line(struct iml_call *call, struct iml_value *text)
{
    const char *name = NULL;
    return argument_text(call, 0, text) != 0 || argument_name(call, 0, &name) != 0 ? 1 : 0;
}

static int give(struct iml_call *call, const char *text, struct iml_value *result)
{
    *result = iml_text(text);
    return iml_make(call->iml, result->size, 1) == NULL ? 1 : 0;
}

static int run_escape_html(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    return take_line(call, &text) != 0
               ? 1
               : give(call, html_escape(call->iml->arena, text.bytes), result);
}

/* ECMAScript's encodeURIComponent leaves these five as well. */
static int run_encode_url(struct iml_call *call, struct iml_value *result)
{
    static const char kept[] = "!*'()";
    struct iml_value text = {0};
    struct str_buf out;
    if (take_line(call, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes; *at != '\0';) {
        size_t plain = strcspn(at, kept);
        const char *run = arena_strndup(call->iml->arena, at, plain);
        str_buf_put(&out, str_percent_encode(call->iml->arena, run));
        at += plain;
        size_t marks = strspn(at, kept);
        str_buf_put_n(&out, at, marks);
        at += marks;
    }
    return argument_give_text(call, &out, result);
}

static int run_decode_url(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes, *end = at + text.size; at < end;) {
        int byte = str_percent_next(&at, end);
        char c = (char)byte;
        if (byte < 0) {
            return argument_refuse(call, 0, "two hexadecimal digits behind each %");
        }
        str_buf_put_n(&out, &c, 1);
    }
    return str_is_utf8(str_buf_text(&out), out.size)
               ? argument_give_text(call, &out, result)
               : argument_refuse(call, 0, "percent-encoded UTF-8");
}

static int run_strip_html(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    const char *at = text.bytes, *end = at + text.size;
    while (at < end) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        const char *close = tag == NULL ? NULL : memchr(tag, '>', (size_t)(end - tag));
        str_buf_put_n(&out, at, (size_t)((close == NULL ? end : tag) - at));
        at = close == NULL ? end : close + 1;
    }
    return argument_give_text(call, &out, result);
}

/* RFC 6838's registry, as far as files of apps go. */
static const struct {
    const char *ending, *type;
} mime_table[] = {
    {"csv", "text/csv"},          {"gif", "image/gif"},   {"htm", "text/html"},
    {"html", "text/html"},        {"jpeg", "image/jpeg"}, {"jpg", "image/jpeg"},
    {"json", "application/json"}, {"mp3", "audio/mpeg"},  {"mp4", "video/mp4"},
    {"pdf", "application/pdf"},   {"png", "image/png"},   {"svg", "image/svg+xml"},
    {"txt", "text/plain"},        {"webp", "image/webp"}, {"xml", "application/xml"},
    {"zip", "application/zip"},
};

static int run_mime(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    if (take_line(call, &text) != 0) {
        return 1;
    }
    const char *dot = strrchr(text.bytes, '.');
    *result = iml_text("application/octet-stream");
    for (size_t i = 0; dot != NULL && i < COUNT(mime_table); i++) {
        if (strcasecmp(dot + 1, mime_table[i].ending) == 0) {
            *result = iml_text(mime_table[i].type);
        }
    }
    return 0;
}

static int run_escape_markdown(struct iml_call *call, struct iml_value *result)
{
    static const char marks[] = "\\`*_{}[]()#+-.!|<>~";
    struct iml_value text = {0};
    struct str_buf out;
    if (take_line(call, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes; *at != '\0'; at++) {
        str_buf_put(&out, strchr(marks, *at) == NULL ? "" : "\\");
        str_buf_put_n(&out, at, 1);
    }
    return argument_give_text(call, &out, result);
}

const struct iml_function function_markup[] = {
    {.name = "decodeURL",
     .takes = "text",
     .meaning = "the text with what is percent-encoded as it is",
     .run = run_decode_url},
    {.name = "encodeURL",
     .takes = "text",
     .meaning = "the text percent-encoded, but for letters, digits and -_.~!*'()",
     .run = run_encode_url},
    {.name = "escapeHTML",
     .takes = "text",
     .meaning = "the text with & < > \" ' as HTML's entities",
     .run = run_escape_html},
    {.name = "escapeMarkdown",
     .takes = "text",
     .meaning = "the text with a backslash in front of each mark of Markdown",
     .run = run_escape_markdown},
    {.name = "mime",
     .takes = "name",
     .meaning = "the media type of a file by the ending of its name",
     .run = run_mime},
    {.name = "stripHTML",
     .takes = "text",
     .meaning = "the text without HTML's tags",
     .run = run_strip_html},
    {.name = NULL},
};
