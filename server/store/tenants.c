#include "server/store/tenants.h"

#include "server/store/db_private.h"
#include "server/store/rows.h"

static int count_start(struct db *db, const char *name, int64_t *tenant, int64_t *run)
{
    if (RUN(db, SQL_TENANT_OPEN, V(name)) < 0) {
        return DB_BROKEN;
    }
    AUTO(query_close) struct query query = QUERY(db, SQL_TENANT_GET, V(name));
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *tenant = query_int(&query);
    *run = query_int(&query);
    return 0;
}

int tenants_open(struct db *db, const char *name, int64_t *tenant, int64_t *run)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (count_start(db, name, tenant, run) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

int tenants_key_put(struct db *db, int64_t tenant, const struct key_row *key)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_KEY_PUT, V(tenant), V(key->kid), V(key->alg), V(key->pem),
                       V(key->retired_at), V(key->until)));
}

static void read_key(struct query *query, struct arena *arena, void *to)
{
    struct key_row *row = to;
    row->kid = query_text(query, arena);
    row->alg = query_text(query, arena);
    row->pem = query_text(query, arena);
    row->retired_at = query_int(query);
    row->until = query_int(query);
}

int tenants_keys(struct db *db, int64_t tenant, struct arena *arena, const struct key_row **keys,
                 size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_KEYS, V(tenant));
    struct rows rows = {.size = sizeof(struct key_row), .read = read_key};
    int outcome = rows_read(&query, arena, &rows);
    *keys = rows.at;
    *count = rows.count;
    return outcome;
}
