/* Texts with secrets in them: headers, URLs, JSON. */
#include "server/tenant/fingerprint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/base/str.h"
#include "server/oauth/basic.h"
#include "server/tenant/secret_names.h"

static const char *show_basic(struct arena *arena, const char *value)
{
    struct basic basic = {0};
    if (!basic_read(arena, value, &basic) || basic.id == NULL || basic.secret == NULL) {
        return NULL;
    }
    return arena_printf(arena, "Basic %s:%s", basic.id, fingerprint_text(arena, basic.secret));
}

/* "Basic name:fp:1f3a9c20b7d4" is what this makes of a header, and stays. */
static bool is_shown(const char *credential)
{
    size_t size = strlen(credential);
    return size >= FINGERPRINT_SIZE - 1 &&
           fingerprint_is_one(credential + size + 1 - FINGERPRINT_SIZE);
}

static const char *show_credentials(struct arena *arena, const char *value)
{
    const char *basic = show_basic(arena, value);
    if (basic != NULL) {
        return basic;
    }
    size_t scheme = strcspn(value, " \t");
    const char *credential = value + scheme + strspn(value + scheme, " \t");
    if (*credential == '\0') {
        return fingerprint_text(arena, value); /* no scheme: who knows what it is */
    }
    return is_shown(credential) ? value
                                : arena_printf(arena, "%.*s %s", (int)scheme, value,
                                               fingerprint_text(arena, credential));
}

/* One name=value; what has no = is all value (RFC 6265 5.2). */
static void show_pair(struct str_buf *buf, const char *at, size_t size)
{
    const char *equals = memchr(at, '=', size);
    size_t name = equals != NULL ? (size_t)(equals - at) + 1 : 0;
    size_t end = size;
    while (end > name && (at[end - 1] == ' ' || at[end - 1] == '\t')) {
        end--;
    }
    str_buf_put_n(buf, at, name);
    str_buf_put(buf,
                fingerprint_text(buf->arena, arena_strndup(buf->arena, at + name, end - name)));
}

static const char *show_cookies(struct arena *arena, const char *value)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    str_buf_put(&buf, "");
    while (*value != '\0') {
        size_t spaces = strspn(value, "; \t");
        str_buf_put_n(&buf, value, spaces);
        size_t size = strcspn(value + spaces, ";");
        show_pair(&buf, value + spaces, size);
        value += spaces + size;
    }
    return str_buf_text(&buf);
}

static const char *show_cookie(struct arena *arena, const char *value)
{
    struct str_buf buf;
    size_t size = strcspn(value, ";");
    str_buf_init(&buf, arena);
    show_pair(&buf, value, size);
    str_buf_put(&buf, value + size);
    return str_buf_text(&buf);
}

static const char *decoded(struct arena *arena, const char *at, size_t size)
{
    char *text = arena_alloc(arena, size + 1);
    const char *end = at + size;
    size_t length = 0;
    while (at < end) {
        bool is_plus = *at == '+';
        int byte = str_percent_next(&at, end);
        text[length++] = is_plus ? ' ' : byte > 0 ? (char)byte : '%';
    }
    return text;
}

static void show_url_pair(struct str_buf *buf, const char *at, size_t size)
{
    const char *equals = memchr(at, '=', size);
    if (equals == NULL) {
        str_buf_put_n(buf, at, size);
        return;
    }
    size_t name_size = (size_t)(equals - at);
    const char *name = decoded(buf->arena, at, name_size);
    const char *value = decoded(buf->arena, equals + 1, size - name_size - 1);
    str_buf_put_n(buf, at, name_size + 1);
    if (fingerprint_hides(name, value)) {
        str_buf_put(buf, fingerprint_parameter(buf->arena, name, value));
        return;
    }
    str_buf_put_n(buf, equals + 1, size - name_size - 1);
}

const char *fingerprint_url(struct arena *arena, const char *url)
{
    struct str_buf buf;
    size_t size = strcspn(url, "?#");
    str_buf_init(&buf, arena);
    str_buf_put_n(&buf, url, size);
    url += size;
    while (*url != '\0') {
        str_buf_put_n(&buf, url, 1); /* ? & or # */
        size = strcspn(++url, "?&#");
        show_url_pair(&buf, url, size);
        url += size;
    }
    return str_buf_text(&buf);
}

static const char *show_header(struct arena *arena, enum secret_form form, const char *value)
{
    switch (form) {
    case SECRET_OPAQUE:
        return fingerprint_text(arena, value);
    case SECRET_CREDENTIALS:
        return show_credentials(arena, value);
    case SECRET_COOKIES:
        return show_cookies(arena, value);
    case SECRET_COOKIE:
        return show_cookie(arena, value);
    case SECRET_URL:
        return fingerprint_url(arena, value);
    }
    return fingerprint_text(arena, value);
}

const char *fingerprint_header(struct arena *arena, const char *name, const char *value)
{
    const struct secret_header *header = secret_headers;
    while (header->name != NULL && strcasecmp(header->name, name) != 0) {
        header++;
    }
    return header->name != NULL ? show_header(arena, header->form, value)
                                : fingerprint_parameter(arena, NULL, value);
}

static json_t *show_list(struct arena *arena, const char *name, const json_t *list)
{
    json_t *shown = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_array_append_new(shown, fingerprint_json(arena, name, json_array_get(list, i)));
    }
    return shown;
}

static json_t *show_object(struct arena *arena, const char *name, const json_t *object)
{
    json_t *shown = json_object();
    bool is_secret = name != NULL && fingerprint_hides(name, "");
    const char *member;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, member, value)
    {
        json_object_set_new(shown, member,
                            fingerprint_json(arena, is_secret ? name : member, value));
    }
    return shown;
}

static json_t *show_number(struct arena *arena, const char *name, const json_t *number)
{
    if (name == NULL || !fingerprint_hides(name, "")) {
        return json_deep_copy(number);
    }
    char *text = json_dumps(number, JSON_ENCODE_ANY);
    json_t *shown = json_string(fingerprint_text(arena, text));
    free(text);
    return shown;
}

json_t *fingerprint_json(struct arena *arena, const char *name, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return show_object(arena, name, value);
    case JSON_ARRAY:
        return show_list(arena, name, value);
    case JSON_STRING:
        return json_string(fingerprint_parameter(arena, name, json_string_value(value)));
    case JSON_INTEGER:
    case JSON_REAL:
        return show_number(arena, name, value);
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        return json_deep_copy(value);
    }
    return json_null();
}
