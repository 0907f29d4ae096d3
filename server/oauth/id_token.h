/* ID tokens (OpenID Connect Core 2). */
#ifndef MAKESHIFT_OAUTH_ID_TOKEN_H
#define MAKESHIFT_OAUTH_ID_TOKEN_H

#include "server/base/attr.h"
#include "server/oauth/token.h"

/* The default acr: the sign-in met no level of assurance (OpenID Connect Core 2). */
#define ID_TOKEN_ACR_NONE "0"

/* What an ID token vouches for besides the sign-in. */
struct id_token_binding {
    const char *access_token; /* issued beside it: at_hash; NULL: none */
    const char *code;         /* issued beside it: c_hash; NULL: none */
    const char *claims_scope; /* whose claims of the user it carries; NULL: none */
};

/* The algorithm that the client registered for its ID tokens. */
enum alg id_token_alg(const struct client_row *client);

MUST_USE struct verdict id_token_mint(struct tenant *tenant, struct arena *arena,
                                      const struct mint *mint,
                                      const struct id_token_binding *binding, const char **token);

#endif
