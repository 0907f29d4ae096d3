/* What a secret is that was sent where one of another kind belongs. Nothing here lets anyone in: it
 * is for the sentence that refuses. */
#ifndef MAKESHIFT_OAUTH_MISTAKEN_H
#define MAKESHIFT_OAUTH_MISTAKEN_H

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"

/* The sentence for `text`, "this is a refresh token: it is for the token endpoint alone"; NULL when
 * this server knows no such secret. `*kind` is "a refresh token". 0; negative: the store is broken.
 */
MUST_USE int mistaken_for(struct tenant *tenant, struct arena *arena, const char *text,
                          const char **detail, const char **kind);

#endif
