/* Client assertions that were taken: each may be used once (RFC 7523 3, jti). */
#ifndef MAKESHIFT_STORE_ASSERTIONS_H
#define MAKESHIFT_STORE_ASSERTIONS_H

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

/* Takes it, and remembers it until `expires_at`. 0; 1 somebody has taken it before. */
MUST_USE int assertions_take(struct db *db, const struct hash *hash, int64_t expires_at);

#endif
