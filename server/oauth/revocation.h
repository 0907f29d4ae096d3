/* Token revocation (RFC 7009). */
#ifndef MAKESHIFT_OAUTH_REVOCATION_H
#define MAKESHIFT_OAUTH_REVOCATION_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/auth_method.h"

/* Ends a refresh token with its family, or one access token. ALLOWED, too, for a token that is
 * unknown or over already (RFC 7009 2.2); a token of another client is refused and lives on. The
 * hint only says where to look first, and the store is asked both ways anyway. Durable when it
 * returns. */
MUST_USE struct verdict revocation_answer(struct tenant *tenant, struct arena *arena,
                                          const struct credentials *credentials,
                                          const struct form *form);

#endif
