/* What the fixture states of its clients' secrets and its users' passwords: the store has hashes
 * alone. */
#ifndef MAKESHIFT_ENDPOINTS_FACE_SECRETS_H
#define MAKESHIFT_ENDPOINTS_FACE_SECRETS_H

#include <jansson.h>

#include "server/endpoints/call.h"
#include "server/store/clients.h"
#include "server/store/users.h"

/* The secrets and passwords that the server's fixture states, read anew. A new reference, or NULL.
 */
json_t *secrets_stated(struct call *call);

/* That of the client, or of the user, while it is the one that the store has the hash of; else
 * NULL. Borrowed from `stated`. */
const char *secret_stated(const json_t *stated, const struct client_row *client);
const char *password_stated(const json_t *stated, const struct user_row *user);

#endif
