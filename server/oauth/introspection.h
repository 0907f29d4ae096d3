/* Token introspection (RFC 7662). */
#ifndef MAKESHIFT_OAUTH_INTROSPECTION_H
#define MAKESHIFT_OAUTH_INTROSPECTION_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/auth_method.h"

/* What a confidential client may know of a token: of an access token of any client, as resource
 * servers ask, and of its own refresh tokens. `answer` gets a new reference: "active" alone, false,
 * for all that is not a live token here (RFC 7662 2.2), which is no refusal. */
MUST_USE struct verdict introspection_answer(struct tenant *tenant, struct arena *arena,
                                             const struct credentials *credentials,
                                             const struct form *form, json_t **answer);

#endif
