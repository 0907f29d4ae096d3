#include "server/store/starts.h"

#include "server/store/db_private.h"

static int read_count(struct db *held, enum statement which, int64_t *count)
{
    AUTO(query_close) struct query query = query_open(held, which, NULL, 0);
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *count = query_int(&query);
    return 0;
}

int starts_count(struct db *db, int64_t *run)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int counted = read_count(held, SQL_START, run);
    int watched = db_watch(held);
    return counted == 0 ? watched : DB_BROKEN;
}

int starts_get(struct db *db, int64_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return read_count(held, SQL_START_GET, count);
}
