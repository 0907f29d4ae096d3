/* Discovery: what the tables say the server does (OpenID Connect Discovery 3, RFC 8414 2: the same
 * members). */
#ifndef MAKESHIFT_ENDPOINTS_DISCOVERY_H
#define MAKESHIFT_ENDPOINTS_DISCOVERY_H

#include "server/oauth/issuer.h"

/* The metadata of an issuer, derived from the tables and the profile. A new reference; NULL when
 * the store is broken. */
json_t *discovery_make(struct tenant *tenant, struct arena *arena, enum issuer_id issuer);

#endif
