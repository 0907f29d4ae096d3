/* Who calls with a bearer token (RFC 6750 2). */
#ifndef MAKESHIFT_ENDPOINTS_BEARER_H
#define MAKESHIFT_ENDPOINTS_BEARER_H

#include "server/base/attr.h"
#include "server/endpoints/call.h"
#include "server/oauth/resource.h"

/* The token, from the Authorization header or the form; MISSING_TOKEN, INVALID_REQUEST. */
MUST_USE struct verdict bearer_read(struct call *call, const char **token);

/* Of a call without a token: MISSING_TOKEN, which ends with `remedy`, a text of one's own. */
MUST_USE struct verdict bearer_refuse_missing(struct call *call, const char *remedy);

/* The call's token, which must be an access token that lives and is meant for `resource`: else
 * INVALID_TOKEN, or what bearer_read refuses with. */
MUST_USE struct verdict bearer_open(struct call *call, enum resource_id resource,
                                    struct bearer *bearer);

/* INSUFFICIENT_SCOPE unless the token was issued with `scope`. */
MUST_USE struct verdict bearer_check_scope(struct call *call, const struct bearer *bearer,
                                           const char *scope);

#endif
