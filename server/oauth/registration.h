/* Clients that register by themselves (RFC 7591), and what they do with their registration (RFC
 * 7592). They belong to the MCP issuer. */
#ifndef MAKESHIFT_OAUTH_REGISTRATION_H
#define MAKESHIFT_OAUTH_REGISTRATION_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

/* Each answers with the client information response (RFC 7591 3.2.1), a new reference, but for its
 * registration_client_uri. The secret is in it when it is new; the store has its hash alone. */

/* INVALID_REDIRECT_URI, INVALID_CLIENT_METADATA; TEMPORARILY_UNAVAILABLE when REGISTRATIONS_MAX
 * have registered. */
MUST_USE struct verdict registration_create(struct tenant *tenant, struct arena *arena,
                                            const json_t *sent, json_t **answer);

/* The client `id`, if `token` is its registration access token, else INVALID_TOKEN (RFC 7592 3). */
struct registered {
    const char *id;
    const char *token;
};
MUST_USE struct verdict registration_read(struct tenant *tenant, struct arena *arena,
                                          const struct registered *client, json_t **answer);
MUST_USE struct verdict registration_replace(struct tenant *tenant, struct arena *arena,
                                             const struct registered *client, const json_t *sent,
                                             json_t **answer);
MUST_USE struct verdict registration_delete(struct tenant *tenant, struct arena *arena,
                                            const struct registered *client);

#endif
