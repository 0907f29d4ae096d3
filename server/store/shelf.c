#include "server/store/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "server/store/codes.h"
#include "server/store/db_private.h"
#include "server/store/sessions.h"

static const enum statement count_of[TALLY__MAX] = {
    [TALLY_SESSIONS] = SQL_SESSIONS_COUNT,
    [TALLY_INTERACTIONS] = SQL_INTERACTIONS_COUNT,
    [TALLY_CODES] = SQL_CODES_COUNT,
};

void shelves_init(struct shelves *shelves)
{
    *shelves = (struct shelves){.limits = {[TALLY_SESSIONS] = SESSIONS_MAX,
                                           [TALLY_INTERACTIONS] = INTERACTIONS_MAX,
                                           [TALLY_CODES] = CODES_MAX}};
}

void shelves_fini(struct shelves *shelves)
{
    for (size_t i = 0; i < shelves->count; i++) {
        free(shelves->shelf[i]);
    }
    free(shelves->shelf);
}

static bool grow(struct shelves *shelves, size_t count)
{
    struct shelf **grown = realloc(shelves->shelf, count * sizeof(*grown));
    if (!grown) {
        return false;
    }
    memset(grown + shelves->count, 0, (count - shelves->count) * sizeof(*grown));
    shelves->shelf = grown;
    shelves->count = count;
    return true;
}

static void forget(struct shelf *shelf)
{
    for (size_t i = 0; i < TALLY__MAX; i++) {
        shelf->counts[i] = -1;
    }
}

struct shelf *shelf_of(struct db *db, int64_t tenant)
{
    struct shelves *shelves = db_shelves(db);
    size_t at = (size_t)tenant; /* the ids of tenants are small and dense */
    if (at >= shelves->count && !grow(shelves, at + 1)) {
        return NULL;
    }
    if (!shelves->shelf[at]) {
        shelves->shelf[at] = calloc(1, sizeof(struct shelf));
        if (shelves->shelf[at]) {
            forget(shelves->shelf[at]);
        }
    }
    return shelves->shelf[at];
}

static int count_rows(struct db *db, int64_t tenant, enum tally which, int64_t *count)
{
    AUTO(query_close) struct query query = QUERY(db, count_of[which], V(tenant));
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *count = query_int(&query);
    return 0;
}

int tally_get(struct db *db, int64_t tenant, enum tally which, int64_t *count)
{
    struct shelf *shelf = shelf_of(db, tenant);
    if (!shelf ||
        (shelf->counts[which] < 0 && count_rows(db, tenant, which, &shelf->counts[which]) != 0)) {
        return DB_BROKEN;
    }
    *count = shelf->counts[which];
    return 0;
}

void tally_add(struct db *db, int64_t tenant, enum tally which, int64_t change)
{
    struct shelf *shelf = shelf_of(db, tenant);
    if (shelf && shelf->counts[which] >= 0) {
        shelf->counts[which] += change;
    }
}

void tally_forget(struct db *db)
{
    struct shelves *shelves = db_shelves(db);
    for (size_t i = 0; i < shelves->count; i++) {
        if (shelves->shelf[i]) {
            forget(shelves->shelf[i]);
        }
    }
}

int64_t tally_limit(struct db *db, enum tally which)
{
    return db_shelves(db)->limits[which];
}

void tally_set_limit(struct db *db, enum tally which, int64_t limit)
{
    db_shelves(db)->limits[which] = limit;
}
