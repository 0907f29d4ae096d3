#include "server/store/sessions.h"

#include "server/store/db_private.h"
#include "server/store/read.h"
#include "server/store/rows.h"
#include "server/store/tally.h"
#include "server/store/text.h"

/* Looking for the oldest reads the whole table, so that a full one loses 1 row in EVICTED_PART at
 * once. */
#define EVICTED_PART 64

static int make_room(struct db *db, enum tally which, enum statement evict)
{
    int64_t count;
    if (tally_get(db, which, &count) != 0) {
        return DB_BROKEN;
    }
    int64_t limit = tally_limit(db, which);
    if (count < limit) {
        return 0;
    }
    int64_t surplus = count - limit + 1 + limit / EVICTED_PART;
    int evicted = RUN(db, evict, V(surplus));
    if (evicted < 0) {
        return DB_BROKEN;
    }
    tally_add(db, which, -evicted);
    return 0;
}

static int put_session(struct db *db, const struct session_row *row)
{
    struct value amr = {0};
    if (make_room(db, TALLY_SESSIONS, SQL_SESSIONS_EVICT) != 0 ||
        text_intern(db, row->amr, &amr) != 0) {
        return DB_BROKEN;
    }
    if (RUN(db, SQL_SESSION_PUT, V(&row->hash), V(row->user), V(row->auth_time), amr,
            V(row->expires_at), V(row->sid)) < 0) {
        return DB_BROKEN;
    }
    tally_add(db, TALLY_SESSIONS, 1);
    return 0;
}

int sessions_put(struct db *db, const struct session_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return put_session(held, row);
}

void read_session(struct query *query, struct arena *arena, void *to)
{
    struct session_row *row = to;
    *row = (struct session_row){0};
    row->hash = query_hash(query);
    row->user = query_int(query);
    row->auth_time = query_int(query);
    row->amr = query_text(query, arena);
    row->expires_at = query_int(query);
    row->sid = query_text(query, arena);
}

int sessions_get(struct db *db, const struct hash *hash, int64_t now, struct arena *arena,
                 struct session_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_SESSION_GET, V(hash), V(now));
    return rows_one(&query, arena, read_session, row);
}

/* 0 deleted; 1 there was none. */
static int delete_session(struct db *db, const struct hash *hash)
{
    int changes = RUN(db, SQL_SESSION_DELETE, V(hash));
    if (changes < 0) {
        return DB_BROKEN;
    }
    tally_add(db, TALLY_SESSIONS, -changes);
    return db_hit(changes);
}

static int rotate(struct db *db, const struct hash *old, const struct session_row *row)
{
    int outcome = delete_session(db, old);
    if (outcome != 0) {
        return outcome;
    }
    if (put_session(db, row) != 0) {
        return DB_BROKEN;
    }
    return db_done(RUN(db, SQL_INTERACTIONS_MOVE, V(old), V(&row->hash)));
}

int sessions_rotate(struct db *db, const struct hash *old, const struct session_row *row)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    int outcome = rotate(db, old, row);
    if (outcome == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return outcome;
}

int sessions_delete(struct db *db, const struct hash *hash)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return delete_session(held, hash) < 0 ? DB_BROKEN : 0;
}

int sessions_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    tally_recount(held, TALLY_SESSIONS);
    return db_done(db_run(held, SQL_SESSIONS_CLEAR, NULL, 0));
}

int interactions_put(struct db *db, const struct interaction_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    if (make_room(held, TALLY_INTERACTIONS, SQL_INTERACTIONS_EVICT) != 0) {
        return DB_BROKEN;
    }
    if (RUN(held, SQL_INTERACTION_PUT, V(&row->hash), V(&row->session), V(row->query),
            V(row->created_at), V(row->expires_at), V(row->signed_in_at), V(row->hinted_sub)) < 0) {
        return DB_BROKEN;
    }
    tally_add(held, TALLY_INTERACTIONS, 1);
    return 0;
}

static void read_interaction(struct query *query, struct arena *arena, void *to)
{
    struct interaction_row *row = to;
    *row = (struct interaction_row){0};
    row->id = query_int(query);
    row->hash = query_hash(query);
    row->session = query_hash(query);
    row->query = query_text(query, arena);
    row->created_at = query_int(query);
    row->expires_at = query_int(query);
    row->signed_in_at = query_int(query);
    row->decided_at = query_int(query);
    row->hinted_sub = query_text(query, arena);
}

int interactions_get(struct db *db, const struct hash *hash, int64_t now, struct arena *arena,
                     struct interaction_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_INTERACTION_GET, V(hash), V(now));
    return rows_one(&query, arena, read_interaction, row);
}

int interactions_pending(struct db *db, int64_t after, int64_t limit, int64_t now,
                         struct arena *arena, const struct interaction_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_INTERACTIONS_PENDING, V(after), V(now), V(limit));
    struct rows all = {.size = sizeof(**rows), .read = read_interaction};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int interactions_decide(struct db *db, const struct hash *hash, int64_t now)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_INTERACTION_DECIDE, V(hash), V(now)));
}

int interactions_sign_in(struct db *db, const struct hash *hash, int64_t now)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_INTERACTION_SIGN_IN, V(hash), V(now)));
}

int interactions_take(struct db *db, const struct hash *hash)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int changes = RUN(held, SQL_INTERACTION_TAKE, V(hash));
    if (changes > 0) {
        tally_add(held, TALLY_INTERACTIONS, -changes);
    }
    return db_hit(changes);
}
