#include "server/store/starts.h"

#include "server/store/db_private.h"

int starts_count(struct db *db, int64_t *run)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_START, NULL, 0);
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *run = query_int(&query);
    return 0;
}
