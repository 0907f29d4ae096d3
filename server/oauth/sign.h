/* Claims into a compact JWS, signed with the tenant's key. */
#ifndef MAKESHIFT_OAUTH_SIGN_H
#define MAKESHIFT_OAUTH_SIGN_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/bad_token.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

struct signing {
    enum alg alg;
    const char *typ;             /* the header's: "at+jwt" (RFC 9068 2.1) or "JWT" */
    const struct bad_token *bad; /* what is wrong with it on purpose; NULL: nothing */
};

/* `claims` is borrowed, and changed when the token is to be bad; the token lives in the arena.
 * SERVER_ERROR when OpenSSL fails or there is no key of that algorithm. */
MUST_USE struct verdict sign_claims(struct tenant *tenant, struct arena *arena,
                                    const struct signing *signing, json_t *claims,
                                    const char **token);

#endif
