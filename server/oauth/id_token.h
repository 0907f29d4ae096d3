/* ID tokens (OpenID Connect Core 2). */
#ifndef MAKESHIFT_OAUTH_ID_TOKEN_H
#define MAKESHIFT_OAUTH_ID_TOKEN_H

#include "server/oauth/token.h"

/* The default acr: the sign-in met no level of assurance (OpenID Connect Core 2). */
#define ID_TOKEN_ACR_NONE "0"

/* `access` is the hash of the access token issued beside it: the bytes of at_hash. */
struct verdict id_token_mint(struct tenant *tenant, struct arena *arena, const struct mint *mint,
                             const struct hash *access, const char **token);

#endif
