/* Clients: found, authenticated, and asked what they are registered for. */
#ifndef MAKESHIFT_OAUTH_CLIENT_H
#define MAKESHIFT_OAUTH_CLIENT_H

#include <stdbool.h>

#include "server/oauth/error.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"

bool client_is_public(const struct client_row *client);
bool client_may_grant(const struct client_row *client, const char *grant_type);
bool client_may_respond(const struct client_row *client, const char *response_type);

/* What a request says about who sends it. NULL: not sent. */
struct credentials {
    const char *body_id, *body_secret; /* client_id, client_secret in the form */
    bool has_header;                   /* an Authorization header was sent */
    const char *header_problem;        /* why the header could not be read; NULL: it could */
    const char *basic_id, *basic_secret;
};

/* TABLE of token_endpoint_auth_method values (OpenID Connect Core 9). */
enum auth_method { AUTH_CLIENT_SECRET_POST, AUTH_CLIENT_SECRET_BASIC, AUTH_NONE, AUTH_METHOD__MAX };
struct auth_method_row {
    const char *name;
    bool takes_secret;
};
extern const struct auth_method_row auth_method_table[AUTH_METHOD__MAX];

/* The one method the request uses, or INVALID_REQUEST when it uses two (RFC 6749 2.3) or its header
 * cannot be read. */
struct verdict client_method(const struct credentials *credentials, enum auth_method *method);

/* The client of that id, or INVALID_CLIENT naming those that are registered. */
struct verdict client_find(struct tenant *tenant, struct arena *arena, const char *client_id,
                           struct client_row *client);

/* INVALID_CLIENT unless the client is known, registered for the method it used, and its secret is right
 * (RFC 6749 2.3, 3.2.1). */
struct verdict client_authenticate(struct tenant *tenant, struct arena *arena,
                                   const struct credentials *credentials,
                                   struct client_row *client);

#endif
