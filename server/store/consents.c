#include "server/store/consents.h"

#include "server/base/str.h"
#include "server/store/db_private.h"

int consents_get(struct db *db, const struct consent_key *key, struct arena *arena,
                 const char **scope)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_CONSENTS, V(key->user), V(key->client));
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
static int run_each(struct db *db, enum statement which, const struct consent_key *key,
                    const char *scope)
{
    const char *word;
    size_t size;
    while ((word = str_next_word(&scope, &size)) != NULL) {
        const struct value name = {.kind = VALUE_TEXT, .integer = (int64_t)size, .bytes = word};
        if (RUN(db, which, V(key->user), V(key->client), name) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

int consents_get_organization(struct db *db, const struct consent_key *key, int64_t *organization)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_CONSENT_ORGANIZATION, V(key->user), V(key->client));
    int outcome = query_found(&query);
    *organization = outcome == 0 ? query_int(&query) : 0;
    return outcome < 0 ? DB_BROKEN : 0;
}

static int put(struct db *db, const struct consent_key *key, const struct consent_row *row)
{
    if (run_each(db, SQL_CONSENT_PUT, key, row->granted) != 0 ||
        run_each(db, SQL_CONSENT_DELETE, key, row->withheld) != 0) {
        return DB_BROKEN;
    }
    return db_done(
        RUN(db, SQL_CONSENT_ORGANIZATION_PUT, V(key->user), V(key->client), V(row->organization)));
}

int consents_put(struct db *db, const struct consent_key *key, const struct consent_row *row)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (put(db, key, row) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

int consents_sweep(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    if (db_run(held, SQL_CONSENT_ORGANIZATIONS_SWEEP, NULL, 0) < 0) {
        return DB_BROKEN;
    }
    return db_done(db_run(held, SQL_CONSENTS_SWEEP, NULL, 0));
}

static int forget(struct db *db, const struct consent_key *key)
{
    bool done = RUN(db, SQL_CONSENTS_FORGET, V(key->user), V(key->client)) >= 0 &&
                RUN(db, SQL_CONSENT_ORGANIZATIONS_FORGET, V(key->user), V(key->client)) >= 0;
    return done ? 0 : DB_BROKEN;
}

int consents_forget(struct db *db, const struct consent_key *key)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (forget(db, key) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}
