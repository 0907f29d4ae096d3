#include "server/store/assertions.h"

#include "server/store/db_private.h"

int assertions_take(struct db *db, const struct hash *hash, int64_t expires_at)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_ASSERTION_TAKE, V(hash), V(expires_at)));
}
