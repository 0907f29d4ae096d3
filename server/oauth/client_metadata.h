/* A client's registration, as JSON in RFC 7591's terms, put into the store. */
#ifndef MAKESHIFT_OAUTH_CLIENT_METADATA_H
#define MAKESHIFT_OAUTH_CLIENT_METADATA_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/store/clients.h"

/* The record of `client`, which passed client_check, with the defaults for what it leaves out.
 * Strings borrow from `client` or live in the arena. */
struct client_row client_metadata_row(struct arena *arena, const json_t *client);

/* The origins of its redirect URIs become those whose pages may call the token endpoint. 0;
 * negative: broken. */
MUST_USE int client_origins_put(struct db *db, struct arena *arena, const struct client_row *row);

/* The registration that the record is of, with every default said and without the secret. A new
 * reference. */
json_t *client_metadata_of_row(const struct client_row *row);

/* The longest life, in seconds, of a token for this client that a signing key vouches for. */
int64_t client_longest_ttl(const struct client_row *row);

#endif
