#include "server/store/bearers.h"

#include "server/store/db_private.h"
#include "server/store/read.h"
#include "server/store/rows.h"

static void read_bearer(struct query *query, struct arena *arena, void *to)
{
    struct bearer_row *row = to;
    *row = (struct bearer_row){0};
    row->grant.id = row->access.grant = query_int(query);
    row->grant.client = query_int(query);
    row->grant.user = query_int(query);
    row->grant.revoked_at = query_int(query);
    row->grant.end = (enum grant_end)query_int(query);
    row->grant.terms.organization = query_int(query);
    row->access.expires_at = query_int(query);
    row->access.revoked_at = query_int(query);
    row->client.id = query_int(query);
    row->client.client_id = query_text(query, arena);
    row->client.scope = query_text(query, arena);
    row->client.access_token_format = query_text(query, arena);
    read_user(query, arena, &row->user);
    row->access.scope = query_text(query, arena);
    row->grant.terms.resource = query_text(query, arena);
}

int bearers_get(struct db *db, const struct hash *hash, struct arena *arena, struct bearer_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_BEARER_GET, V(hash));
    return rows_one(&query, arena, read_bearer, row);
}
