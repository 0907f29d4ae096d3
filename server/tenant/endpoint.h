/* TABLE of the words for endpoints, by which a test names them. */
#ifndef MAKESHIFT_TENANT_ENDPOINT_H
#define MAKESHIFT_TENANT_ENDPOINT_H

#include <stdbool.h>

enum endpoint {
    ENDPOINT_NONE, /* what is no endpoint of a tenant, or is at no path */
    ENDPOINT_AUTHORIZE,
    ENDPOINT_SIGN_IN,
    ENDPOINT_CONSENT,
    ENDPOINT_TOKEN,
    ENDPOINT_USERINFO,
    ENDPOINT_JWKS,
    ENDPOINT_METADATA, /* of the server, by OpenID Connect or RFC 8414 */
    ENDPOINT_RESOURCE_METADATA,
    ENDPOINT_REVOKE,
    ENDPOINT_INTROSPECT,
    ENDPOINT_LOGOUT,
    ENDPOINT_REGISTER,
    ENDPOINT_REGISTRATION, /* of one client */
    ENDPOINT_MCP,
    ENDPOINT_API,
    ENDPOINT__MAX
};

/* ENDPOINT_NONE has no word: NULL; and so ends the table. */
extern const char *const endpoint_words[ENDPOINT__MAX + 1];

/* Whether its answers send the browser on, with parameters, or are pages. */
bool endpoint_sends_away(enum endpoint endpoint);

#endif
