#include "server/connection/secrets.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/base/attr.h"
#include "server/base/str.h"

/* As they are compared: in lower case, without the marks between their words. */
static const char *const secret_table[] = {
    "accesstoken",     "apikey",         "apisecret",     "apitoken",
    "assertion",       "authtoken",      "authorization", "bearertoken",
    "clientassertion", "clientsecret",   "code",          "codeverifier",
    "consumersecret",  "cookie",         "devicecode",    "idtoken",
    "idtokenhint",     "oauthsignature", "oauthtoken",    "oauthtokensecret",
    "oauthverifier",   "password",       "privatekey",    "proxyauthorization",
    "refreshtoken",    "secret",         "secretkey",     "sessiontoken",
    "setcookie",       "token",          "tokensecret",   "verifier",
    "xaccesstoken",    "xapikey",        "xauthtoken",
};

static bool is_name(const char *known, const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '_' || name[i] == '-') {
            continue;
        }
        if (*known != tolower((unsigned char)name[i])) {
            return false;
        }
        known++;
    }
    return *known == '\0';
}

static bool is_secret(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT(secret_table); i++) {
        if (is_name(secret_table[i], name, size)) {
            return true;
        }
    }
    return false;
}

bool secrets_has(const char *name)
{
    return is_secret(name, strlen(name));
}

/* A word of an expression: a name's characters stand in it. */
static size_t word_size(const char *text)
{
    size_t size = 0;
    while (isalnum((unsigned char)text[size]) || text[size] == '_' || text[size] == '-') {
        size++;
    }
    return size;
}

bool secrets_are_in(const char *expression)
{
    for (const char *at = strstr(expression, "{{"); at != NULL && *at != '\0';) {
        size_t size = word_size(at);
        if (is_secret(at, size)) {
            return true;
        }
        at += size == 0 ? 1 : size;
    }
    return false;
}

/* A header's value has spaces in it. */
static bool is_header(const char *name, size_t size)
{
    static const char *const names[] = {"authorization", "cookie", "set-cookie"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strlen(names[i]) == size && strncasecmp(names[i], name, size) == 0) {
            return true;
        }
    }
    return false;
}

/* What ends the value behind a name: name=value, name: value, "name": "value", <name>value. NULL:
 * no value stands there. */
static const char *stops_of(const char *name, size_t size, const char *sign)
{
    if (*sign == '>') {
        return "<";
    }
    if (*sign == ':' && sign == name + size && is_header(name, size)) {
        return "\r\n";
    }
    return *sign == '=' || *sign == ':' ? "&,;<>}])\"' \t\r\n" : NULL;
}

/* How much of a text is the value: up to the quotation mark that ends it, or to one of these. */
static size_t value_size(const char *at, const char *stops)
{
    size_t size = 1;
    if (*at != '"' && *at != '\'') {
        return strcspn(at, stops);
    }
    for (; at[size] != '\0' && at[size] != at[0]; size++) {
        size += at[size] == '\\' && at[size + 1] != '\0' ? 1 : 0;
    }
    return size;
}

/* True for "code": 17, which is that of an error: none to redeem is a number. */
static bool is_error_code(const char *word, size_t size, const char *sign, const char *value)
{
    return size == strlen("code") && strncasecmp(word, "code", size) == 0 && *sign == ':' &&
           isdigit((unsigned char)*value);
}

/* Behind the word and, if it names a secret, its value; what is shown of both is put. */
static const char *put_word(struct str_buf *out, const char *word, size_t size)
{
    const char *sign = word + size + strspn(word + size, "\\\"' \t");
    const char *stops = is_secret(word, size) ? stops_of(word, size, sign) : NULL;
    const char *value = stops == NULL ? word + size : sign + 1 + strspn(sign + 1, " \t");
    bool is_shown = stops == NULL || is_error_code(word, size, sign, value);
    size_t length = is_shown ? 0 : value_size(value, stops);
    if (length == 0) {
        str_buf_put_n(out, word, size);
        return word + size;
    }
    size_t quote = *value == '"' || *value == '\'' ? 1 : 0;
    str_buf_put_n(out, word, (size_t)(value - word) + quote);
    str_buf_put(out, SECRETS_MASK);
    return value + length;
}

const char *secrets_masked_text(struct arena *arena, const char *text)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    while (*text != '\0') {
        size_t size = word_size(text);
        if (size > 0) {
            text = put_word(&out, text, size);
            continue;
        }
        str_buf_put_n(&out, text++, 1);
    }
    return str_buf_text(&out);
}

bool secrets_are_masked(const json_t *sanitize, const char *path)
{
    size_t index;
    const json_t *item;
    json_array_foreach(sanitize, index, item)
    {
        const char *listed = json_string_value(item);
        size_t size = listed == NULL ? 0 : strlen(listed);
        if (size > 0 && strncasecmp(path, listed, size) == 0 &&
            (path[size] == '\0' || path[size] == '.')) {
            return true;
        }
    }
    return false;
}
