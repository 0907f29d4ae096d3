#include "server/store/consents.h"

#include "server/base/str.h"
#include "server/store/db_private.h"

int consents_get(struct db *db, int64_t tenant, const struct consent_key *key, struct arena *arena,
                 const char **scope)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_CONSENTS, V(tenant), V(key->user), V(key->client));
    struct str_buf list;
    str_buf_init(&list, arena);
    int next;
    while ((next = query_next(&query)) == 1) {
        str_buf_put(&list, list.size > 0 ? " " : "");
        str_buf_put(&list, query_text(&query, arena));
    }
    *scope = str_buf_text(&list);
    return next;
}

/* Runs `which` for each word of `scope`. */
static int run_each(struct db *db, enum statement which, int64_t tenant,
                    const struct consent_key *key, const char *scope)
{
    const char *word;
    size_t size;
    while ((word = str_next_word(&scope, &size)) != NULL) {
        const struct value name = {.kind = VALUE_TEXT, .integer = (int64_t)size, .bytes = word};
        if (RUN(db, which, V(tenant), V(key->user), V(key->client), name) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

int consents_put(struct db *db, int64_t tenant, const struct consent_key *key, const char *granted,
                 const char *withheld)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (run_each(db, SQL_CONSENT_PUT, tenant, key, granted) == 0 &&
        run_each(db, SQL_CONSENT_DELETE, tenant, key, withheld) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

int consents_sweep(struct db *db, int64_t tenant)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_CONSENTS_SWEEP, V(tenant)));
}
