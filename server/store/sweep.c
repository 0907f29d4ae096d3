#include "server/store/db_private.h"
#include "server/store/tally.h"

/* A call looks at so many rows of each table, in the order of their keys, and stops after the table
 * that brings it to so many deleted: about half a millisecond. */
#define LOOKED_AT 128
#define ENOUGH 192

struct sweep_walk {
    enum statement look; /* key, and whether no rule can need the row */
    enum statement drop;
    enum tally tally; /* TALLY__MAX: such rows have no limit */
};

/* Codes and refresh tokens go once their grant has gone. */
static const struct sweep_walk walks[SHELF_WALKS] = {
    {SQL_SESSIONS_WALK, SQL_SESSION_DELETE, TALLY_SESSIONS},
    {SQL_INTERACTIONS_WALK, SQL_INTERACTION_DELETE, TALLY_INTERACTIONS},
    {SQL_CODES_WALK, SQL_CODE_DELETE, TALLY_CODES},
    {SQL_GRANTS_WALK, SQL_GRANT_DELETE, TALLY__MAX},
    {SQL_SPENT_CODES_WALK, SQL_SPENT_CODE_DELETE, TALLY_CODES},
    {SQL_ACCESS_WALK, SQL_ACCESS_DELETE, TALLY__MAX},
    {SQL_REFRESH_WALK, SQL_REFRESH_DELETE, TALLY__MAX},
    {SQL_ASSERTIONS_WALK, SQL_ASSERTION_DELETE, TALLY__MAX},
};

struct stretch {
    struct row_key dead[LOOKED_AT];
    size_t dead_count;
    size_t seen;
};

/* Only grants have a number for a key. */
static struct value value_key(const struct sweep_walk *walk, const struct row_key *key)
{
    return walk->look == SQL_GRANTS_WALK ? V(key->id) : V(&key->hash);
}

static struct row_key read_key(const struct sweep_walk *walk, struct query *query)
{
    if (walk->look == SQL_GRANTS_WALK) {
        return (struct row_key){.id = query_int(query)};
    }
    return (struct row_key){.hash = query_hash(query)};
}

static int look(struct db *db, const struct sweep_walk *walk, int64_t now, struct row_key *after,
                struct stretch *stretch)
{
    AUTO(query_close)
    struct query query =
        QUERY(db, walk->look, value_key(walk, after), V(now), V((int64_t)LOOKED_AT));
    struct row_key last = *after;
    int next;
    while ((next = query_next(&query)) == 1) {
        last = read_key(walk, &query);
        stretch->seen++;
        if (query_int(&query) != 0) {
            stretch->dead[stretch->dead_count++] = last;
        }
    }
    /* At the end of the table the walk starts anew. */
    *after = stretch->seen < LOOKED_AT ? (struct row_key){.id = 0} : last;
    return next;
}

static int drop(struct db *db, const struct sweep_walk *walk, const struct stretch *stretch)
{
    for (size_t i = 0; i < stretch->dead_count; i++) {
        if (RUN(db, walk->drop, value_key(walk, &stretch->dead[i])) < 0) {
            return DB_BROKEN;
        }
    }
    if (walk->tally != TALLY__MAX) {
        tally_add(db, walk->tally, -(int64_t)stretch->dead_count);
    }
    return 0;
}

static int sweep(struct db *db, int64_t now, struct shelf *shelf)
{
    size_t deleted = 0;
    for (size_t i = 0; i < SHELF_WALKS && deleted < ENOUGH; i++) {
        const struct sweep_walk *walk = &walks[shelf->walk];
        struct stretch stretch = {.seen = 0};
        if (look(db, walk, now, &shelf->after[shelf->walk], &stretch) != 0 ||
            drop(db, walk, &stretch) != 0) {
            return DB_BROKEN;
        }
        deleted += stretch.dead_count;
        shelf->walk = (shelf->walk + 1) % SHELF_WALKS;
    }
    return 0;
}

int db_sweep(struct db *db, int64_t now)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (sweep(db, now, db_shelf(db)) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}
