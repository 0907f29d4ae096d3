#include "server/store/signing_keys.h"

#include "server/store/db_private.h"
#include "server/store/rows.h"

int signing_keys_put(struct db *db, const struct key_row *key)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_KEY_PUT, V(key->kid), V(key->alg), V(key->pem), V(key->retired_at),
                       V(key->until)));
}

static void read_key(struct query *query, struct arena *arena, void *to)
{
    struct key_row *row = to;
    *row = (struct key_row){0};
    row->kid = query_text(query, arena);
    row->alg = query_text(query, arena);
    row->pem = query_text(query, arena);
    row->retired_at = query_int(query);
    row->until = query_int(query);
}

int signing_keys_list(struct db *db, struct arena *arena, const struct key_row **keys,
                      size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_KEYS, NULL, 0);
    struct rows rows = {.size = sizeof(struct key_row), .read = read_key};
    int outcome = rows_read(&query, arena, &rows);
    *keys = rows.at;
    *count = rows.count;
    return outcome;
}

int signing_keys_delete(struct db *db, const char *kid)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_KEY_DELETE, V(kid)));
}
