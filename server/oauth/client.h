/* Clients: found, and asked what they are registered for. */
#ifndef MAKESHIFT_OAUTH_CLIENT_H
#define MAKESHIFT_OAUTH_CLIENT_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"

bool client_is_public(const struct client_row *client);
bool client_may_grant(const struct client_row *client, const char *grant_type);
bool client_may_respond(const struct client_row *client, const char *response_type);

/* The client of that id, or INVALID_CLIENT naming those that are registered. */
MUST_USE struct verdict client_find(struct tenant *tenant, struct arena *arena,
                                    const char *client_id, struct client_row *client);

/* How its users sign in: as its registration says, else as the tenant. */
enum login_mode client_login(const struct tenant *tenant, const struct client_row *client);

#endif
