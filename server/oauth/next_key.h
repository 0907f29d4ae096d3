/* Keys that come after the one that signs: published first, signing later. They are built in, so
 * that nobody waits for one, and are stored with the tenant. */
#ifndef MAKESHIFT_OAUTH_NEXT_KEY_H
#define MAKESHIFT_OAUTH_NEXT_KEY_H

#include "keys/alg.h"
#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/oauth/tenant.h"

/* Puts the next built-in key that the ring has not on it, as one that does not sign yet; its kid is
 * in the arena. 0; 1: all of the algorithm are on it; negative: broken, logged. */
MUST_USE int next_key_add(struct tenant *tenant, struct arena *arena, enum alg alg,
                          const char **kid);

/* The first that was announced; where there is none, as next_key_add. */
MUST_USE int next_key_find(struct tenant *tenant, struct arena *arena, enum alg alg,
                           const char **kid);

/* Signs with a key of the ring from now on; the one before stays published. 0; negative: broken,
 * logged. */
MUST_USE int next_key_sign(struct tenant *tenant, struct arena *arena, enum alg alg,
                           const char *kid);

#endif
