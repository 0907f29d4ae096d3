#include "server/store/starts.h"

#include "server/store/db_private.h"

static int read_count(struct db *held, int64_t *count)
{
    AUTO(query_close) struct query query = query_open(held, SQL_START_GET, NULL, 0);
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *count = query_int(&query);
    return 0;
}

/* A statement that answers a row has not ended when it does, and may yet fail. */
int starts_count(struct db *db, int64_t *run)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int changes = db_run(held, SQL_START, NULL, 0);
    int counted = changes < 0 ? DB_BROKEN : read_count(held, run);
    int watched = db_watch(held);
    return counted == 0 ? watched : DB_BROKEN;
}

int starts_again(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int changes = db_run(held, SQL_START_AGAIN, NULL, 0);
    return changes < 0 ? DB_BROKEN : db_watch(held);
}

int starts_get(struct db *db, int64_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return read_count(held, count);
}
