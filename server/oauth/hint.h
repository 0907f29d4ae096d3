/* id_token_hint: an ID token that comes back to say who is meant (OpenID Connect Core 3.1.2.1;
 * RP-Initiated Logout 2). */
#ifndef MAKESHIFT_OAUTH_HINT_H
#define MAKESHIFT_OAUTH_HINT_H

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

struct hint {
    const char *sub;
    const char *sid;       /* NULL: the token has none */
    const char *client_id; /* whom it was issued to; NULL: the token does not say */
};

/* INVALID_REQUEST unless `token` is an ID token that this server signed. That it has expired is no
 * matter. */
MUST_USE struct verdict hint_read(struct tenant *tenant, struct arena *arena, const char *token,
                                  struct hint *hint);

#endif
