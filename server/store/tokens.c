#include "server/store/tokens.h"

#include "server/store/db_private.h"
#include "server/store/read.h"
#include "server/store/text.h"

/* ---- writing ---- */

/* How long after its family an access token lives on: its grant is kept as long. */
static int64_t kept_for(const struct grant_row *grant, const struct access_row *access)
{
    int64_t longer = access->expires_at - grant->expires_at;
    return longer > 0 ? longer : 0;
}

static int put_grant(struct db *db, struct grant_row *grant, const struct access_row *access,
                     const struct refresh_row *refresh)
{
    struct value scope = {0}, acr = {0}, amr = {0}, resource = {0};
    if (text_intern(db, grant->scope, &scope) != 0 || text_intern(db, grant->acr, &acr) != 0 ||
        text_intern(db, grant->amr, &amr) != 0 ||
        text_intern(db, grant->terms.resource, &resource) != 0) {
        return DB_BROKEN;
    }
    grant->generation = refresh ? 1 : 0;
    grant->leaf = refresh ? refresh->hash : (struct hash){{0}};
    if (RUN(db, SQL_GRANT_PUT, V(grant->client), V(grant->user), scope, acr, amr,
            V(grant->created_at - grant->auth_time), V(grant->created_at), V(grant->expires_at),
            V(kept_for(grant, access)), V(grant->generation),
            value_hash(refresh ? &refresh->hash : NULL), V(grant->nonce), V(grant->terms.claims),
            V(grant->terms.sid), resource, V(grant->terms.organization)) < 0) {
        return DB_BROKEN;
    }
    grant->id = db_last_id(db);
    grant->revoked_at = 0;
    grant->end = GRANT_LIVE;
    return 0;
}

static int put_access(struct db *db, int64_t grant, const struct access_row *access)
{
    struct value scope = {0};
    if (text_intern(db, access->scope, &scope) != 0) {
        return DB_BROKEN;
    }
    return db_done(RUN(db, SQL_ACCESS_PUT, V(&access->hash), V(grant), scope,
                       V(access->expires_at - access->issued_at), V(access->expires_at)));
}

static int put_refresh(struct db *db, int64_t grant, int64_t generation, const struct hash *hash)
{
    return db_done(RUN(db, SQL_REFRESH_PUT, V(hash), V(grant), V(generation)));
}

/* Ends a transaction by what came of it: only a whole one stays. */
static int settle(struct db *db, int outcome)
{
    if (outcome == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return outcome;
}

/* The row that is deleted decides: of two who present the code, one finds none. */
static int take_code(struct db *db, const struct hash *code, int64_t *issued_at,
                     int64_t *expires_at)
{
    AUTO(query_close) struct query query = QUERY(db, SQL_CODE_TAKE, V(code));
    int outcome = query_found(&query);
    if (outcome != 0) {
        return outcome < 0 ? DB_BROKEN : TOKENS_TAKEN;
    }
    *issued_at = query_int(&query);
    *expires_at = query_int(&query);
    return 0;
}

struct redemption {
    const struct hash *code;
    struct grant_row *grant;
    struct access_row *access;
    struct refresh_row *refresh;
};

static int redeem(struct db *db, const struct redemption *what)
{
    int64_t issued_at, expires_at;
    int outcome = take_code(db, what->code, &issued_at, &expires_at);
    if (outcome != 0) {
        return outcome;
    }
    struct grant_row *grant = what->grant;
    if (put_grant(db, grant, what->access, what->refresh) != 0 ||
        RUN(db, SQL_SPENT_CODE_PUT, V(what->code), V(grant->id), V(grant->created_at - issued_at),
            V(expires_at - issued_at)) < 0 ||
        put_access(db, grant->id, what->access) != 0) {
        return DB_BROKEN;
    }
    what->access->grant = grant->id;
    if (!what->refresh) {
        return 0;
    }
    what->refresh->grant = grant->id;
    what->refresh->generation = 1;
    return put_refresh(db, grant->id, 1, &what->refresh->hash);
}

int tokens_redeem(struct db *db, const struct hash *code, int64_t now, struct grant_row *grant,
                  struct access_row *access, struct refresh_row *refresh)
{
    const struct redemption what = {code, grant, access, refresh};
    grant->created_at = now; /* which is also when the code was taken */
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    return settle(db, redeem(db, &what));
}

int tokens_grant(struct db *db, struct grant_row *grant, struct access_row *access)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    int outcome = put_grant(db, grant, access, NULL);
    access->grant = grant->id;
    return settle(db, outcome == 0 ? put_access(db, grant->id, access) : outcome);
}

/* ---- rotation ---- */

/* What decides between two who present the same token is the grant's row, which names one leaf. */
static int move_leaf(struct db *db, const struct rotation *r, const struct hash *leaf,
                     int64_t generations)
{
    return db_hit(RUN(db, SQL_GRANT_ROTATE, V(r->grant), V(&r->presented), V(r->generation),
                      V(leaf), V(r->access.expires_at), V(r->now), V(generations)));
}

static int rotate_leaf(struct db *db, const struct rotation *r)
{
    int outcome = move_leaf(db, r, &r->successor, 1);
    if (outcome != 0) {
        return outcome;
    }
    return db_done(RUN(db, SQL_REFRESH_TAKE, V(&r->presented), V(r->now)));
}

/* Here it is the count of reuses, which one of them raises. */
static int rotate_again(struct db *db, const struct rotation *r)
{
    int outcome = db_hit(RUN(db, SQL_REFRESH_TAKE_AGAIN, V(&r->presented), V(r->grant),
                             V(r->generation), V(r->expected_reuses), V(r->now)));
    if (outcome != 0) {
        return outcome;
    }
    return db_done(RUN(db, SQL_GRANT_REPLACE_LEAF, V(r->grant), V(&r->successor),
                       V(r->access.expires_at), V(r->now)));
}

static int rotate(struct db *db, const struct rotation *r)
{
    int outcome = r->how == ROTATE_KEEP   ? move_leaf(db, r, &r->presented, 0)
                  : r->how == ROTATE_LEAF ? rotate_leaf(db, r)
                                          : rotate_again(db, r);
    if (outcome != 0) {
        return outcome < 0 ? DB_BROKEN : TOKENS_TAKEN;
    }
    if (r->how != ROTATE_KEEP && put_refresh(db, r->grant, r->generation + 1, &r->successor) != 0) {
        return DB_BROKEN;
    }
    return put_access(db, r->grant, &r->access);
}

int tokens_rotate(struct db *db, const struct rotation *rotation)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    return settle(db, rotate(db, rotation));
}

/* ---- reading ---- */

void read_grant(struct query *query, struct arena *arena, void *to)
{
    struct grant_row *grant = to;
    *grant = (struct grant_row){0};
    grant->id = query_int(query);
    grant->client = query_int(query);
    grant->user = query_int(query);
    grant->scope = query_text(query, arena);
    grant->acr = query_text(query, arena);
    grant->amr = query_text(query, arena);
    grant->auth_time = query_int(query);
    grant->created_at = query_int(query);
    grant->expires_at = query_int(query);
    grant->revoked_at = query_int(query);
    grant->end = (enum grant_end)query_int(query);
    grant->generation = query_int(query);
    grant->leaf = query_hash(query);
    grant->leaf_at = query_int(query);
    grant->nonce = query_text(query, arena);
    grant->terms.claims = query_text(query, arena);
    grant->terms.sid = query_text(query, arena);
    grant->terms.resource = query_text(query, arena);
    grant->terms.organization = query_int(query);
}

int tokens_access_get(struct db *db, const struct hash *hash, struct arena *arena,
                      struct access_row *access, struct grant_row *grant)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_ACCESS_GET, V(hash));
    int outcome = query_found(&query);
    if (outcome != 0) {
        return outcome;
    }
    *access = (struct access_row){0};
    access->hash = query_hash(&query);
    access->grant = query_int(&query);
    access->scope = query_text(&query, arena);
    access->issued_at = query_int(&query);
    access->expires_at = query_int(&query);
    access->revoked_at = query_int(&query);
    read_grant(&query, arena, grant);
    return 0;
}

int tokens_refresh_get(struct db *db, const struct hash *hash, struct arena *arena,
                       struct refresh_row *refresh, struct grant_row *grant)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_REFRESH_GET, V(hash));
    int outcome = query_found(&query);
    if (outcome != 0) {
        return outcome;
    }
    *refresh = (struct refresh_row){0};
    refresh->hash = query_hash(&query);
    refresh->grant = query_int(&query);
    refresh->generation = query_int(&query);
    refresh->taken_at = query_int(&query);
    refresh->reuses = query_int(&query);
    read_grant(&query, arena, grant);
    return 0;
}

int tokens_grant_get(struct db *db, int64_t id, struct arena *arena, struct grant_row *grant)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_GRANT_GET, V(id));
    int outcome = query_found(&query);
    if (outcome == 0) {
        read_grant(&query, arena, grant);
    }
    return outcome;
}

/* ---- revoking ---- */

int tokens_grant_revoke(struct db *db, int64_t grant, int64_t now, enum grant_end end)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_GRANT_REVOKE, V(grant), V(now), V((int64_t)end)));
}

int tokens_access_revoke(struct db *db, const struct hash *hash, int64_t now)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_ACCESS_REVOKE, V(hash), V(now)));
}
