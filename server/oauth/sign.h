/* Claims into a compact JWS, signed with the tenant's key. */
#ifndef MAKESHIFT_OAUTH_SIGN_H
#define MAKESHIFT_OAUTH_SIGN_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

/* `typ` is the header's: "at+jwt" (RFC 9068 2.1) or "JWT". `claims` is borrowed; the token lives in
 * the arena. SERVER_ERROR when OpenSSL fails or there is no key of that algorithm. */
MUST_USE struct verdict sign_claims(struct tenant *tenant, struct arena *arena, enum alg alg,
                                    const char *typ, const json_t *claims, const char **token);

#endif
