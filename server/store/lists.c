#include "server/store/lists.h"

#include "server/store/db_private.h"
#include "server/store/read.h"
#include "server/store/rows.h"

static void read_token(struct query *query, struct arena *arena, void *to)
{
    struct token_row *row = to;
    *row = (struct token_row){0};
    row->hash = query_hash(query);
    row->grant = query_int(query);
    row->client = query_int(query);
    row->user = query_int(query);
    row->scope = query_text(query, arena);
    row->generation = query_int(query);
    row->issued_at = query_int(query);
    row->expires_at = query_int(query);
    row->revoked_at = query_int(query);
    row->taken_at = query_int(query);
    row->end = (enum grant_end)query_int(query);
    row->is_replaced = query_int(query) != 0;
}

int lists_tokens(struct db *db, enum token_row_kind kind, const struct list_filter *filter,
                 struct arena *arena, const struct token_row **rows, size_t *count)
{
    static const enum statement lists[TOKEN_ROW__MAX] = {
        [TOKEN_ROW_ACCESS] = SQL_LIST_ACCESS,
        [TOKEN_ROW_REFRESH] = SQL_LIST_REFRESH,
        [TOKEN_ROW_CODE] = SQL_LIST_CODES,
    };
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, lists[kind], V(filter->user), V(filter->client),
                               V(filter->grant), V(&filter->since), V(filter->limit));
    struct rows all = {.size = sizeof(**rows), .read = read_token};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int lists_grants(struct db *db, const struct list_filter *filter, struct arena *arena,
                 const struct grant_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_LIST_GRANTS, V(filter->user), V(filter->client),
                               V(filter->grant), V(filter->after), V(filter->limit));
    struct rows all = {.size = sizeof(**rows), .read = read_grant};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int lists_sessions(struct db *db, const struct list_filter *filter, struct arena *arena,
                   const struct session_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query =
        QUERY(held, SQL_LIST_SESSIONS, V(filter->user), V(&filter->since), V(filter->limit));
    struct rows all = {.size = sizeof(**rows), .read = read_session};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

static void read_consent(struct query *query, struct arena *arena, void *to)
{
    struct consent_listed *row = to;
    *row = (struct consent_listed){0};
    row->user = query_int(query);
    row->client = query_int(query);
    row->scope = query_text(query, arena);
}

int lists_consents(struct db *db, const struct list_filter *filter,
                   const struct consent_listed *after, struct arena *arena,
                   const struct consent_listed **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_LIST_CONSENTS, V(filter->user), V(filter->client),
                               V(after->user), V(after->client), V(filter->limit));
    struct rows all = {.size = sizeof(**rows), .read = read_consent};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}
