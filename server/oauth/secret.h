/* The secrets the server hands out (codes, tokens, cookies, handles): 256 random bits as text, of
 * which the store keeps a hash only. */
#ifndef MAKESHIFT_OAUTH_SECRET_H
#define MAKESHIFT_OAUTH_SECRET_H

#include "server/base/arena.h"
#include "server/oauth/tenant.h"
#include "server/store/hash.h"

#define SECRET_BYTES 32 /* RFC 6749 10.10 asks for 128 bits and recommends 160 */

/* A new one, 43 characters of base64url, in the arena. */
char *secret_new(struct tenant *tenant, struct arena *arena);

/* What the store knows it by. */
struct hash secret_hash(const char *secret);

#endif
