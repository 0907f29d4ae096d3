#include "server/store/shelf.h"

#include "server/store/clients.h"
#include "server/store/codes.h"
#include "server/store/db_private.h"
#include "server/store/sessions.h"

static const enum statement count_of[TALLY__MAX] = {
    [TALLY_SESSIONS] = SQL_SESSIONS_COUNT,
    [TALLY_INTERACTIONS] = SQL_INTERACTIONS_COUNT,
    [TALLY_CODES] = SQL_CODES_COUNT,
    [TALLY_REGISTRATIONS] = SQL_CLIENTS_REGISTERED,
};

static void forget(struct shelf *shelf)
{
    for (size_t i = 0; i < TALLY__MAX; i++) {
        shelf->counts[i] = -1;
    }
}

void shelf_init(struct shelf *shelf)
{
    *shelf = (struct shelf){.limits = {[TALLY_SESSIONS] = SESSIONS_MAX,
                                       [TALLY_INTERACTIONS] = INTERACTIONS_MAX,
                                       [TALLY_CODES] = CODES_MAX,
                                       [TALLY_REGISTRATIONS] = REGISTRATIONS_MAX}};
    forget(shelf);
}

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

void tally_forget(struct db *db)
{
    forget(db_shelf(db));
}

int64_t tally_limit(struct db *db, enum tally which)
{
    return db_shelf(db)->limits[which];
}

void tally_set_limit(struct db *db, enum tally which, int64_t limit)
{
    db_shelf(db)->limits[which] = limit;
}
