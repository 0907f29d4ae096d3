/* What a client sends that registers (RFC 7591 2). */
#ifndef MAKESHIFT_OAUTH_REGISTRATION_METADATA_H
#define MAKESHIFT_OAUTH_REGISTRATION_METADATA_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

/* What was sent as `member`, borrowed. NULL: nothing, for null counts as not sent (RFC 7592 2.2),
 * and so do an empty text and an empty list, which clients write that leave a member open. */
const json_t *registration_metadata_get(const json_t *sent, const char *member);

/* The metadata as it will stand: what was sent and is known here, and the defaults; a new
 * reference. INVALID_REDIRECT_URI, INVALID_CLIENT_METADATA. */
MUST_USE struct verdict registration_metadata_read(struct tenant *tenant, struct arena *arena,
                                                   const json_t *sent, json_t **metadata);

/* Whether a client with this metadata has a secret. */
bool registration_metadata_has_secret(const json_t *metadata);

#endif
