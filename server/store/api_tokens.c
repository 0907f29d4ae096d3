#include "server/store/api_tokens.h"

#include <stdio.h>

#include "server/store/rows.h"

static void read_token(struct query *query, struct arena *arena, void *to)
{
    struct api_token_row *row = to;
    *row = (struct api_token_row){0};
    row->hash = query_hash(query);
    row->user = query_int(query);
    row->label = query_text(query, arena);
    row->scope = query_text(query, arena);
    row->masked = query_text(query, arena);
    row->created_at = query_int(query);
    row->of_fixture = query_int(query) != 0;
}

int api_tokens_put(struct db *db, const struct api_token_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_API_TOKEN_PUT, V(&row->hash), V(row->user), V(row->label),
                       V(row->scope), V(row->masked), V(row->created_at),
                       V((int64_t)row->of_fixture)));
}

int api_tokens_get(struct db *db, const struct hash *hash, struct arena *arena,
                   struct api_token_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_API_TOKEN_GET, V(hash));
    return rows_one(&query, arena, read_token, row);
}

int api_tokens_list(struct db *db, int64_t user, struct arena *arena,
                    const struct api_token_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_API_TOKENS, V(user));
    struct rows all = {.size = sizeof(**rows), .read = read_token};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int api_tokens_delete(struct db *db, int64_t user, int64_t created_at)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_API_TOKEN_DELETE, V(user), V(created_at)));
}

int api_tokens_clear_fixture(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_API_TOKENS_CLEAR, NULL, 0));
}

int api_tokens_clear_fixture_of(struct db *db, int64_t user)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_API_TOKENS_CLEAR_OF, V(user)));
}

/* 0 some organization has a limit; 1 none has. */
static int any_limit(struct db *held)
{
    enum db_limits *limits = db_limits(held);
    if (*limits == DB_LIMITS_UNKNOWN) {
        AUTO(query_close) struct query query = QUERY(held, SQL_API_LIMITS_ANY, V((int64_t)0));
        int found = query_found(&query);
        if (found < 0) {
            return found;
        }
        *limits = found == 0 ? DB_LIMITS_SOME : DB_LIMITS_NONE;
    }
    return *limits == DB_LIMITS_NONE;
}

int api_limit_get(struct db *db, int64_t organization, int64_t *limit)
{
    char key[24];
    AUTO(db_release) struct db *held = db_hold(db);
    int any = any_limit(held);
    *limit = 0;
    if (any != 0) {
        return any < 0 ? any : 0;
    }
    snprintf(key, sizeof(key), "%lld", (long long)organization);
    AUTO(query_close) struct query query = QUERY(held, SQL_API_LIMIT, V(key));
    int outcome = query_found(&query);
    *limit = outcome == 0 ? query_int(&query) : 0;
    return outcome < 0 ? outcome : 0;
}

int api_calls_count(struct db *db, int64_t organization, int64_t minute, int64_t *calls)
{
    AUTO(db_release) struct db *held = db_hold(db);
    if (RUN(held, SQL_API_CALL, V(organization), V(minute)) < 0) {
        return DB_BROKEN;
    }
    AUTO(query_close) struct query query = QUERY(held, SQL_API_CALLS, V(organization));
    int outcome = query_found(&query);
    *calls = outcome == 0 ? query_int(&query) : 0;
    return outcome;
}
