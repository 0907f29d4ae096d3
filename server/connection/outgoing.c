#include "server/connection/outgoing.h"

#include <ctype.h>
#include <string.h>

#include "keys/b64url.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/connection/collection.h"
#include "server/iml/write.h"

#define BOUNDARY_BYTES 12

/* One member of the directive; undefined when it has none. */
static int fill(struct iml *iml, json_t *directive, const char *name, struct iml_value *value,
                const char **pointer)
{
    const char *inner = "";
    json_t *template = json_object_get(directive, name);
    *value = iml_undefined;
    if (template == NULL || iml_fill(iml, template, value, &inner) == 0) {
        return 0;
    }
    *pointer = arena_printf(iml->arena, "/%s%s", name, *inner == '/' ? inner : "");
    return 1;
}

static void put_encoded(struct str_buf *out, const char *text, enum outgoing_form form)
{
    const char *encoded = str_percent_encode(out->arena, text);
    const char *space;
    while (form == OUTGOING_BODY && (space = strstr(encoded, "%20")) != NULL) {
        str_buf_put_n(out, encoded, (size_t)(space - encoded));
        str_buf_put(out, "+");
        encoded = space + 3;
    }
    str_buf_put(out, encoded);
}

static void put_field(struct str_buf *out, const char *name, const struct iml_value *value,
                      enum outgoing_form form)
{
    struct str_buf text;
    if (!iml_is_there(value)) {
        return;
    }
    for (size_t i = 0; value->type == IML_ARRAY && i < value->size; i++) {
        put_field(out, name, &value->items[i], form);
    }
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        const char *inner = arena_printf(out->arena, "%s[%s]", name, value->members[i].name);
        put_field(out, inner, &value->members[i].value, form);
    }
    if (value->type == IML_ARRAY || value->type == IML_COLLECTION) {
        return;
    }
    str_buf_init(&text, out->arena);
    iml_write_text(&text, value);
    str_buf_put(out, out->size == 0 ? "" : "&");
    put_encoded(out, name, form);
    str_buf_put(out, "=");
    put_encoded(out, str_buf_text(&text), form);
}

const char *outgoing_form(struct arena *arena, const struct iml_value *fields,
                          enum outgoing_form form)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    for (size_t i = 0; fields->type == IML_COLLECTION && i < fields->size; i++) {
        put_field(&out, fields->members[i].name, &fields->members[i].value, form);
    }
    return str_buf_text(&out);
}

/* RFC 7578 2: a name stands in quotation marks, in one line. */
static const char *multipart_name(struct arena *arena, const char *name)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    for (; *name != '\0'; name++) {
        if (strchr("\"\r\n", *name) != NULL) {
            str_buf_printf(&out, "%%%02X", (unsigned char)*name);
        } else {
            str_buf_put_n(&out, name, 1);
        }
    }
    return str_buf_text(&out);
}

/* RFC 7578, of texts and buffers. */
static void make_multipart(struct iml *iml, struct outgoing *outgoing)
{
    char boundary[B64URL_SIZE(BOUNDARY_BYTES)];
    struct str_buf out;
    random_text(iml->random, boundary, BOUNDARY_BYTES);
    str_buf_init(&out, iml->arena);
    for (size_t i = 0; outgoing->body.type == IML_COLLECTION && i < outgoing->body.size; i++) {
        const struct iml_member *member = &outgoing->body.members[i];
        bool is_buffer = member->value.type == IML_BUFFER;
        str_buf_printf(&out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n",
                       boundary, multipart_name(iml->arena, member->name),
                       is_buffer ? "; filename=\"file\"" : "");
        if (is_buffer) {
            str_buf_put_n(&out, member->value.bytes, member->value.size);
        } else {
            iml_write_text(&out, &member->value);
        }
        str_buf_put(&out, "\r\n");
    }
    str_buf_printf(&out, "--%s--\r\n", boundary);
    outgoing->content = arena_printf(iml->arena, "multipart/form-data; boundary=%s", boundary);
    outgoing->bytes = str_buf_text(&out);
    outgoing->size = out.size;
}

static void make_body(struct iml *iml, struct outgoing *outgoing)
{
    struct str_buf out;
    if (!iml_is_there(&outgoing->body)) {
        return;
    }
    if (str_equal(outgoing->type, "multipart/form-data")) {
        make_multipart(iml, outgoing);
        return;
    }
    str_buf_init(&out, iml->arena);
    if (str_equal(outgoing->type, "urlencoded")) {
        outgoing->content = "application/x-www-form-urlencoded";
        str_buf_put(&out, outgoing_form(iml->arena, &outgoing->body, OUTGOING_BODY));
    } else if (str_equal(outgoing->type, "json")) {
        outgoing->content = "application/json";
        iml_write_json(&out, &outgoing->body, IML_DATES_AS_TEXT);
    } else if (outgoing->body.type == IML_BUFFER) {
        outgoing->content = "application/octet-stream";
        str_buf_put_n(&out, outgoing->body.bytes, outgoing->body.size);
    } else {
        outgoing->content = "text/plain";
        iml_write_text(&out, &outgoing->body);
    }
    outgoing->bytes = str_buf_text(&out);
    outgoing->size = out.size;
}

static bool flag(const struct iml_value *value, bool fallback)
{
    return iml_is_there(value) ? iml_is_true(value) : fallback;
}

/* Milliseconds; what is longer than Make waits is cut to that. 0: it is no number of them. */
static int64_t timeout_of(const struct iml_value *value)
{
    int64_t said = 0;
    if (!iml_is_there(value)) {
        return OUTGOING_TIMEOUT;
    }
    if (value->type == IML_NUMBER && value->number >= 1) {
        said = value->number < OUTGOING_TIMEOUT_MAX ? (int64_t)value->number : OUTGOING_TIMEOUT_MAX;
    }
    bool is_text = value->type == IML_TEXT && str_to_int64(value->bytes, 1, INT64_MAX, &said);
    return is_text && said > OUTGOING_TIMEOUT_MAX ? OUTGOING_TIMEOUT_MAX : said;
}

/* What stands beside url, qs, headers and body. */
static int read_manner(struct iml *iml, json_t *directive, struct outgoing *outgoing,
                       const char **pointer)
{
    struct iml_value method = {0}, type = {0}, timeout = {0}, follows = {0}, gzip = {0}, ca = {0};
    if (fill(iml, directive, "method", &method, pointer) != 0) {
        return 1;
    }
    outgoing->method = method.type == IML_TEXT && method.size > 0 ? method.bytes : "GET";
    bool is_get = str_equal(outgoing->method, "GET");
    if (fill(iml, directive, "type", &type, pointer) != 0 ||
        fill(iml, directive, "timeout", &timeout, pointer) != 0 ||
        fill(iml, directive, is_get ? "followRedirects" : "followAllRedirects", &follows,
             pointer) != 0 ||
        fill(iml, directive, "gzip", &gzip, pointer) != 0 ||
        fill(iml, directive, "ca", &ca, pointer) != 0) {
        return 1;
    }
    outgoing->ca = ca.type == IML_TEXT && ca.size > 0 ? ca.bytes : NULL;
    outgoing->type = type.type == IML_TEXT && type.size > 0 ? type.bytes : "json";
    if (!str_has_word("json urlencoded multipart/form-data text string raw binary",
                      outgoing->type)) {
        *pointer = "/type";
        return iml_refuse(iml, arena_printf(iml->arena,
                                            "there is no type '%.40s'; expected json, urlencoded, "
                                            "multipart/form-data, text, string, raw or binary",
                                            outgoing->type));
    }
    outgoing->follows_redirects = flag(&follows, true);
    outgoing->is_compressed = flag(&gzip, false);
    outgoing->timeout = timeout_of(&timeout);
    if (outgoing->timeout > 0) {
        return 0;
    }
    *pointer = "/timeout";
    return iml_refuse(iml, "it is no number of milliseconds; expected one of 1 to 300000");
}

/* What no URL may hold (RFC 3986 2): it would end the request's line, or another reader's URL. */
static bool is_foreign(char c)
{
    return (unsigned char)c <= ' ' || (unsigned char)c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL;
}

static bool begins_escape(const char *text)
{
    return text[0] == '%' && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2]);
}

/* What is encoded already stays. */
static const char *encoded_url(struct arena *arena, const char *url)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    for (; *url != '\0'; url++) {
        if (is_foreign(*url) || (*url == '%' && !begins_escape(url))) {
            str_buf_printf(&out, "%%%02X", (unsigned char)*url);
        } else {
            str_buf_put_n(&out, url, 1);
        }
    }
    return str_buf_text(&out);
}

/* `encodeUrl`, true where it is not said, or a URL that can be sent as it is. */
static int encode_url(struct iml *iml, json_t *directive, const char **url, const char **pointer)
{
    struct iml_value encodes = {0};
    const char *c = *url;
    if (fill(iml, directive, "encodeUrl", &encodes, pointer) != 0) {
        return 1;
    }
    if (flag(&encodes, true)) {
        *url = encoded_url(iml->arena, *url);
        return 0;
    }
    while (*c != '\0' && !is_foreign(*c)) {
        c++;
    }
    *pointer = "/url";
    return *c == '\0' ? 0
                      : iml_refuse(iml, arena_printf(iml->arena,
                                                     "'%s' holds what no URL may, at character "
                                                     "%td, and encodeUrl is false",
                                                     *url, c - *url + 1));
}

static int make_url(struct iml *iml, json_t *directive, struct outgoing *outgoing,
                    const char **pointer)
{
    struct iml_value url = {0};
    if (fill(iml, directive, "url", &url, pointer) != 0) {
        return 1;
    }
    bool is_absolute = url.type == IML_TEXT &&
                       (str_starts(url.bytes, "https://") || str_starts(url.bytes, "http://"));
    if (!is_absolute) {
        *pointer = "/url";
        return iml_refuse(
            iml, arena_printf(iml->arena, "'%s' is no absolute URL, and a connection has no base",
                              url.type == IML_TEXT ? url.bytes : iml_type_names[url.type]));
    }
    outgoing->url = url.bytes;
    return encode_url(iml, directive, &outgoing->url, pointer);
}

static void add_query(struct arena *arena, struct outgoing *outgoing)
{
    const char *query = outgoing_form(arena, &outgoing->qs, OUTGOING_QUERY);
    if (*query != '\0') {
        outgoing->url = url_with_query(arena, outgoing->url, query);
    }
}

int outgoing_make(struct iml *iml, json_t *directive, struct outgoing *outgoing,
                  const char **pointer)
{
    if (read_manner(iml, directive, outgoing, pointer) != 0 ||
        make_url(iml, directive, outgoing, pointer) != 0 ||
        fill(iml, directive, "qs", &outgoing->qs, pointer) != 0 ||
        fill(iml, directive, "headers", &outgoing->headers, pointer) != 0 ||
        fill(iml, directive, "body", &outgoing->body, pointer) != 0) {
        return 1;
    }
    add_query(iml->arena, outgoing);
    make_body(iml, outgoing);
    return 0;
}
