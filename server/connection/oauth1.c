#include "server/connection/oauth1.h"

#include <stdlib.h>
#include <string.h>

#include "keys/base64.h"
#include "keys/hash.h"
#include "keys/rsa_sha1.h"
#include "server/base/str.h"
#include "server/base/url.h"

const char *const oauth1_method_names[OAUTH1_METHOD__MAX] = {
    [OAUTH1_HMAC_SHA1] = "HMAC-SHA1",
    [OAUTH1_RSA_SHA1] = "RSA-SHA1",
    [OAUTH1_PLAINTEXT] = "PLAINTEXT",
};

enum oauth1_method oauth1_method_find(const char *name)
{
    enum oauth1_method method = 0;
    while (method < OAUTH1_METHOD__MAX && !str_equal(oauth1_method_names[method], name)) {
        method++;
    }
    return method;
}

/* RFC 5849 3.4.1.2: scheme and host in lower case, the scheme's own port left out, no query. */
static const char *base_uri(struct arena *arena, const char *text, struct url *url,
                            const char **problem)
{
    const char *fault = url_parse(arena, text, url);
    if (fault != NULL || !url_is_web(url)) {
        *problem = arena_printf(arena, "the URL '%s' %s, and cannot be signed", text,
                                fault == NULL ? "is none of HTTP" : fault);
        return NULL;
    }
    return arena_printf(arena, "%s%s", url_origin(arena, url),
                        *url->path == '\0' ? "/" : url->path);
}

/* Parameters as they are sorted and joined: encoded already (RFC 5849 3.4.1.3.2). */
struct list {
    struct arena *arena;
    struct form_field *fields;
    size_t count;
};

static void put(struct list *list, const struct form_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        list->fields[list->count++] =
            (struct form_field){.name = str_percent_encode(list->arena, fields[i].name),
                                .value = str_percent_encode(list->arena, fields[i].value)};
    }
}

static int compare(const void *a, const void *b)
{
    const struct form_field *one = a, *other = b;
    int names = strcmp(one->name, other->name);
    return names != 0 ? names : strcmp(one->value, other->value);
}

static const char *joined(struct list *list)
{
    struct str_buf text;
    qsort(list->fields, list->count, sizeof(*list->fields), compare);
    str_buf_init(&text, list->arena);
    for (size_t i = 0; i < list->count; i++) {
        str_buf_printf(&text, "%s%s=%s", i == 0 ? "" : "&", list->fields[i].name,
                       list->fields[i].value);
    }
    return str_buf_text(&text);
}

const char *oauth1_base_string(struct arena *arena, const struct oauth1_request *request,
                               const struct form_field *fields, size_t count, const char **problem)
{
    struct url url = {0};
    struct form query = {0}, body = {0};
    const char *bad = NULL;
    const char *uri = base_uri(arena, request->url, &url, problem);
    if (uri == NULL) {
        return NULL;
    }
    if ((url.query != NULL &&
         form_parse(arena, url.query, strlen(url.query), &query, &bad) != FORM_OK) ||
        (request->form != NULL &&
         form_parse(arena, request->form, request->size, &body, &bad) != FORM_OK)) {
        *problem = "the query or the body is no form, and cannot be signed";
        return NULL;
    }
    struct list list = {.arena = arena,
                        .fields = arena_alloc(arena, (query.count + body.count + count + 1) *
                                                         sizeof(*list.fields))};
    put(&list, query.fields, query.count);
    put(&list, body.fields, body.count);
    put(&list, fields, count);
    return arena_printf(arena, "%s&%s&%s", str_percent_encode(arena, request->method),
                        str_percent_encode(arena, uri), str_percent_encode(arena, joined(&list)));
}

static const char *encoded(struct arena *arena, const uint8_t *bytes, size_t size)
{
    char *text = arena_alloc(arena, BASE64_SIZE(size));
    base64_encode(text, bytes, size);
    return text;
}

/* RFC 5849 3.4.3. */
static const char *sign_rsa(struct arena *arena, const char *private_key, const char *text,
                            const char **problem)
{
    size_t length = 0;
    uint8_t *signature = arena_alloc(arena, RSA_SHA1_SIZE_MAX);
    int outcome = rsa_sha1_sign(private_key, text, strlen(text), signature, &length);
    if (outcome == RSA_SHA1_OK) {
        return encoded(arena, signature, length);
    }
    *problem = *private_key == '\0' ? "RSA-SHA1 signs with private_key, and there is none"
               : outcome == RSA_SHA1_NO_KEY
                   ? "private_key is no private key in PEM, or needs a password"
                   : "private_key is no key of RSA";
    return NULL;
}

const char *oauth1_signature(struct arena *arena, const struct oauth1_secrets *secrets,
                             const char *base_string, const char **problem)
{
    uint8_t mac[HASH_SIZE_MAX];
    const char *both =
        arena_printf(arena, "%s&%s", str_percent_encode(arena, secrets->consumer_secret),
                     str_percent_encode(arena, secrets->token_secret));
    const struct hash_key key = {.bytes = both, .size = strlen(both)};
    switch (secrets->method) {
    case OAUTH1_RSA_SHA1:
        return sign_rsa(arena, secrets->private_key, base_string, problem);
    case OAUTH1_PLAINTEXT: /* RFC 5849 3.4.4 */
        return both;
    case OAUTH1_HMAC_SHA1:
    case OAUTH1_METHOD__MAX:
        break;
    }
    size_t size = hash_mac(HASH_SHA1, &key, mac, base_string, strlen(base_string));
    return encoded(arena, mac, size);
}

const char *oauth1_header(struct arena *arena, const struct form_field *fields, size_t count)
{
    struct str_buf header;
    str_buf_init(&header, arena);
    str_buf_put(&header, "OAuth ");
    for (size_t i = 0; i < count; i++) {
        str_buf_printf(&header, "%s%s=\"%s\"", i == 0 ? "" : ", ",
                       str_percent_encode(arena, fields[i].name),
                       str_percent_encode(arena, fields[i].value));
    }
    return str_buf_text(&header);
}

const char *oauth1_body_hash(struct arena *arena, const char *bytes, size_t size)
{
    uint8_t digest[HASH_SIZE_MAX];
    size_t length = hash_bytes(HASH_SHA1, digest, bytes, size);
    return encoded(arena, digest, length);
}
