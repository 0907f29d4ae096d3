/* The logout request (OpenID Connect RP-Initiated Logout 1.0, 2 and 3), read and judged. */
#ifndef MAKESHIFT_OAUTH_LOGOUT_H
#define MAKESHIFT_OAUTH_LOGOUT_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/client.h"
#include "server/oauth/hint.h"

struct logout {
    bool has_hint;
    struct hint hint;
    bool has_client; /* known by the hint, or by client_id alone */
    struct client_row client;
    const char *redirect_uri; /* where the browser goes on to; NULL: nowhere */
    const char *state;        /* NULL: none */
};

/* INVALID_REQUEST when the hint is none of this server's, when client_id is another than the
 * hint's, and when the post_logout_redirect_uri is not registered or comes without a hint;
 * INVALID_CLIENT when nobody knows the client. */
MUST_USE struct verdict logout_read(struct tenant *tenant, struct arena *arena,
                                    const struct form *form, struct logout *logout);

/* Whether the hint is about this session: the same sid, or, where it has none, the same user. */
bool logout_is_for(const struct logout *logout, const char *sub, const char *sid);

#endif
