/* Proof Key for Code Exchange (RFC 7636): S256 alone, and no way down from it (RFC 9700 4.8). */
#ifndef MAKESHIFT_OAUTH_PKCE_H
#define MAKESHIFT_OAUTH_PKCE_H

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/store/clients.h"

/* At the authorization endpoint. NULL: the parameter was not sent. A public client must send a
 * challenge. */
MUST_USE struct verdict pkce_challenge(const struct client_row *client, const char *challenge,
                                       const char *method);

/* At the token endpoint, in two steps, as only the second one spends a code it refuses.
 * INVALID_REQUEST when `verifier` (NULL: none) is not 43 to 128 unreserved characters. */
MUST_USE struct verdict pkce_verifier_form(struct arena *arena, const char *verifier);

/* INVALID_GRANT unless `verifier` fits the `challenge` bound to the code (NULL: none was). The
 * verdict names neither. */
MUST_USE struct verdict pkce_verify(const char *challenge, const char *verifier);

#endif
