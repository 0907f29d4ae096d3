#include "server/connection/secrets.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/base/attr.h"

static const char *const secret_table[] = {
    "access_token",  "accessToken",      "api_key",        "apiKey",         "assertion",
    "authorization", "client_assertion", "client_secret",  "clientSecret",   "code",
    "code_verifier", "consumer_secret",  "consumerSecret", "cookie",         "device_code",
    "id_token",      "oauth_signature",  "oauth_token",    "oauth_verifier", "oauth_token_secret",
    "password",      "private_key",      "privateKey",     "refresh_token",  "refreshToken",
    "secret",        "set-cookie",       "token",          "token_secret",   "tokenSecret",
    "verifier",      "x-api-key",
};

static bool is_secret(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT(secret_table); i++) {
        if (strlen(secret_table[i]) == size && strncasecmp(secret_table[i], name, size) == 0) {
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
