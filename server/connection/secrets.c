#include "server/connection/secrets.h"

#include <string.h>
#include <strings.h>

#include "server/base/attr.h"

static const char *const secret_table[] = {
    "access_token",  "accessToken",      "api_key",       "apiKey",       "assertion",
    "authorization", "client_assertion", "client_secret", "clientSecret", "code",
    "code_verifier", "cookie",           "device_code",   "id_token",     "oauth_token_secret",
    "password",      "refresh_token",    "refreshToken",  "secret",       "set-cookie",
    "token",         "x-api-key",
};

bool secrets_has(const char *name)
{
    for (size_t i = 0; i < COUNT(secret_table); i++) {
        if (strcasecmp(secret_table[i], name) == 0) {
            return true;
        }
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
