#include "server/base/log.h"
#include "server/store/db_private.h"

static void roll_back(struct db *db)
{
    /* SQLite has ended it by itself when the disk was full or failed. What db_run counts here are
     * the changes of the statement before. */
    if (db_is_within(db) && db_run(db, SQL_ROLLBACK, NULL, 0) < 0) {
        log_message(LOG_ERROR, "a transaction could not be undone");
    }
    db_state(db)->spoiled = false;
    shelf_forget(db_shelf(db));
}

int db_begin(struct db *db)
{
    db_hold(db);
    if (db_state(db)->depth++ > 0) {
        return 0;
    }
    if (db_run(db, SQL_BEGIN, NULL, 0) >= 0) {
        return 0;
    }
    db_rollback(db);
    return DB_BROKEN;
}

static int commit(struct db *db)
{
    if (!db_state(db)->spoiled && db_run(db, SQL_COMMIT, NULL, 0) >= 0) {
        return 0;
    }
    roll_back(db);
    return DB_BROKEN;
}

int db_commit(struct db *db)
{
    AUTO(db_release) struct db *held = db; /* db_begin's */
    if (--db_state(held)->depth > 0) {
        return db_state(held)->spoiled ? DB_BROKEN : 0;
    }
    return commit(held);
}

void db_rollback(struct db *db)
{
    AUTO(db_release) struct db *held = db; /* db_begin's */
    if (--db_state(held)->depth > 0) {
        db_state(held)->spoiled = true;
    } else {
        roll_back(held);
    }
}
