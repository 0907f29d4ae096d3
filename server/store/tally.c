#include "server/store/tally.h"

#include "server/store/db_private.h"

static const enum statement count_of[TALLY__MAX] = {
    [TALLY_SESSIONS] = SQL_SESSIONS_COUNT,
    [TALLY_INTERACTIONS] = SQL_INTERACTIONS_COUNT,
    [TALLY_CODES] = SQL_CODES_COUNT,
    [TALLY_REGISTRATIONS] = SQL_CLIENTS_REGISTERED,
};

static int count_rows(struct db *db, enum tally which, int64_t *count)
{
    AUTO(query_close) struct query query = query_open(db, count_of[which], NULL, 0);
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *count = query_int(&query);
    return 0;
}

int tally_get(struct db *db, enum tally which, int64_t *count)
{
    struct shelf *shelf = db_shelf(db);
    if (shelf->counts[which] < 0 && count_rows(db, which, &shelf->counts[which]) != 0) {
        return DB_BROKEN;
    }
    *count = shelf->counts[which];
    return 0;
}

void tally_add(struct db *db, enum tally which, int64_t change)
{
    struct shelf *shelf = db_shelf(db);
    if (shelf->counts[which] >= 0) {
        shelf->counts[which] += change;
    }
}

void tally_recount(struct db *db, enum tally which)
{
    db_shelf(db)->counts[which] = -1;
}

int64_t tally_limit(struct db *db, enum tally which)
{
    return db_shelf(db)->limits[which];
}

void tally_set_limit(struct db *db, enum tally which, int64_t limit)
{
    db_shelf(db)->limits[which] = limit;
}
