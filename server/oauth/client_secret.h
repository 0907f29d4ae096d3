/* Client secrets (RFC 6749 2.3.1), of which the store has a hash. */
#ifndef MAKESHIFT_OAUTH_CLIENT_SECRET_H
#define MAKESHIFT_OAUTH_CLIENT_SECRET_H

#include <stdbool.h>

#include "server/store/clients.h"

/* What the store keeps: it differs between clients that have the same secret. */
void client_secret_hash(uint8_t out[CLIENT_SECRET_HASH_SIZE], const char *client_id,
                        const char *secret);

/* Whether `secret` is the client's; compared in constant time. */
bool client_secret_is(const struct client_row *client, const char *secret);

#endif
