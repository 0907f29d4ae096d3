#include "server/tenant/endpoint.h"

#include <stddef.h>

const char *const endpoint_words[ENDPOINT__MAX + 1] = {
    [ENDPOINT_NONE] = NULL,
    [ENDPOINT_AUTHORIZE] = "authorize",
    [ENDPOINT_SIGN_IN] = "sign_in",
    [ENDPOINT_CONSENT] = "consent",
    [ENDPOINT_TOKEN] = "token",
    [ENDPOINT_USERINFO] = "userinfo",
    [ENDPOINT_JWKS] = "jwks",
    [ENDPOINT_METADATA] = "metadata",
    [ENDPOINT_RESOURCE_METADATA] = "resource_metadata",
    [ENDPOINT_REVOKE] = "revoke",
    [ENDPOINT_INTROSPECT] = "introspect",
    [ENDPOINT_LOGOUT] = "logout",
    [ENDPOINT_REGISTER] = "register",
    [ENDPOINT_REGISTRATION] = "registration",
    [ENDPOINT_MCP] = "mcp",
    [ENDPOINT_API] = "api",
    [ENDPOINT__MAX] = NULL,
};

bool endpoint_sends_away(enum endpoint endpoint)
{
    return endpoint == ENDPOINT_AUTHORIZE || endpoint == ENDPOINT_SIGN_IN ||
           endpoint == ENDPOINT_CONSENT || endpoint == ENDPOINT_LOGOUT;
}
