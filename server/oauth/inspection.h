/* What a token says, whether it is right, and what is known of it: for whoever has one and wonders
 * why it is refused. Nothing is spent. */
#ifndef MAKESHIFT_OAUTH_INSPECTION_H
#define MAKESHIFT_OAUTH_INSPECTION_H

#include <jansson.h>

#include "server/oauth/tenant.h"

/* {"form": "jwt" | "opaque", "header", "claims", "key", "checks": [{"check", "outcome": "passed" |
 * "failed" | "skipped", "expected", "actual", "clause"}]}: header, claims and key (a public JWK)
 * only of a JWT, and null where there is none. A new reference. */
json_t *inspection_of(struct tenant *tenant, struct arena *arena, const char *token);

#endif
