#include "server/store/codes.h"

#include "server/store/db_private.h"
#include "server/store/tally.h"

int codes_put(struct db *db, const struct code_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int64_t count;
    if (tally_get(held, TALLY_CODES, &count) != 0) {
        return DB_BROKEN;
    }
    if (count >= tally_limit(held, TALLY_CODES)) {
        return CODES_FULL;
    }
    int changes =
        RUN(held, SQL_CODE_PUT, V(&row->hash), V(row->client), V(row->user), V(row->redirect_uri),
            V(row->scope), V(row->nonce), V(row->challenge), V(row->acr), V(row->amr),
            V(row->auth_time), V(row->issued_at), V(row->expires_at), V(row->terms.claims),
            V(row->terms.sid), V(row->terms.resource), V(row->terms.organization));
    if (changes < 0) {
        return DB_BROKEN;
    }
    tally_add(held, TALLY_CODES, 1);
    return 0;
}

/* The columns of SQL_CODE_GET and SQL_SPENT_CODE_GET up to what became of the code. */
static void read_code(struct query *query, struct arena *arena, struct code_row *row)
{
    row->client = query_int(query);
    row->user = query_int(query);
    row->redirect_uri = query_text(query, arena);
    row->scope = query_text(query, arena);
    row->nonce = query_text(query, arena);
    row->challenge = query_text(query, arena);
    row->acr = query_text(query, arena);
    row->amr = query_text(query, arena);
    row->auth_time = query_int(query);
    row->issued_at = query_int(query);
    row->expires_at = query_int(query);
    row->taken_at = query_int(query);
    row->terms.claims = query_text(query, arena);
    row->terms.sid = query_text(query, arena);
    row->terms.resource = query_text(query, arena);
    row->terms.organization = query_int(query);
}

static int get_unspent(struct db *db, const struct hash *hash, struct arena *arena,
                       struct code_row *row)
{
    AUTO(query_close) struct query query = QUERY(db, SQL_CODE_GET, V(hash));
    int outcome = query_found(&query);
    if (outcome != 0) {
        return outcome;
    }
    *row = (struct code_row){.hash = *hash};
    read_code(&query, arena, row);
    row->state = row->taken_at == 0 ? CODE_FRESH : CODE_BURNT;
    return 0;
}

static int get_spent(struct db *db, const struct hash *hash, struct arena *arena,
                     struct code_row *row)
{
    AUTO(query_close) struct query query = QUERY(db, SQL_SPENT_CODE_GET, V(hash));
    int outcome = query_found(&query);
    if (outcome != 0) {
        return outcome;
    }
    *row = (struct code_row){.hash = *hash, .state = CODE_TAKEN};
    read_code(&query, arena, row);
    row->grant = query_int(&query);
    return 0;
}

int codes_get(struct db *db, const struct hash *hash, struct arena *arena, struct code_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int outcome = get_unspent(held, hash, arena, row);
    return outcome == 1 ? get_spent(held, hash, arena, row) : outcome;
}

int codes_burn(struct db *db, const struct hash *hash, int64_t now)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_CODE_BURN, V(hash), V(now)));
}
