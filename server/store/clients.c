#include "server/store/clients.h"

#include "server/base/str.h"
#include "server/store/db_private.h"
#include "server/store/rows.h"
#include "server/store/tally.h"

static int exists(struct db *held, const char *client_id)
{
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENT_GET, V(client_id));
    int found = query_found(&query);
    return found < 0 ? DB_BROKEN : found == 0;
}

/* A client of the fixture may take the place of one that registered itself. */
static void count_put(struct db *held, const struct client_row *row, bool is_new)
{
    if (row->registered_at == 0) {
        tally_recount(held, TALLY_REGISTRATIONS);
    } else if (is_new) {
        tally_add(held, TALLY_REGISTRATIONS, 1);
    }
}

static int put_row(struct db *held, const struct client_row *row)
{
    return RUN(held, SQL_CLIENT_PUT, V(row->client_id), V(row->client_name),
               value_bytes(row->secret_hash, CLIENT_SECRET_HASH_SIZE), V(row->redirect_uris),
               V(row->token_endpoint_auth_method), V(row->grant_types), V(row->response_types),
               V(row->scope), V(row->default_scope), V(row->access_token_format), V(row->code_ttl),
               V(row->access_token_ttl), V(row->refresh_token_ttl), V(row->id_token_ttl),
               V(row->refresh_mode), V(row->refresh_seconds), V(row->refresh_uses),
               V(row->token_redirect_uri_optional), V(row->refresh_rotation),
               V(row->refresh_idle_ttl), V(row->nonce_on_refresh),
               V(row->post_logout_redirect_uris), V(row->id_token_signed_response_alg),
               V(row->jwks), V(row->claims), V(row->issuer_path), V(row->registered_at),
               V(&row->registration_token), V(row->metadata), V(row->login), V(row->audience),
               V(row->access_token_typ), V(row->id_token_claims));
}

int clients_put(struct db *db, const struct client_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int was_there = exists(held, row->client_id);
    if (was_there < 0 || put_row(held, row) < 0) {
        return DB_BROKEN;
    }
    count_put(held, row, was_there == 0);
    return 0;
}

static void read_client(struct query *query, struct arena *arena, void *to)
{
    struct client_row *row = to;
    *row = (struct client_row){0};
    row->id = query_int(query);
    row->client_id = query_text(query, arena);
    row->client_name = query_text(query, arena);
    row->secret_hash = query_bytes(query, arena);
    row->redirect_uris = query_text(query, arena);
    row->token_endpoint_auth_method = query_text(query, arena);
    row->grant_types = query_text(query, arena);
    row->response_types = query_text(query, arena);
    row->scope = query_text(query, arena);
    row->default_scope = query_text(query, arena);
    row->access_token_format = query_text(query, arena);
    row->code_ttl = query_int(query);
    row->access_token_ttl = query_int(query);
    row->refresh_token_ttl = query_int(query);
    row->id_token_ttl = query_int(query);
    row->refresh_mode = query_text(query, arena);
    row->refresh_seconds = query_int(query);
    row->refresh_uses = query_int(query);
    row->token_redirect_uri_optional = query_int(query) != 0;
    row->refresh_rotation = query_text(query, arena);
    row->refresh_idle_ttl = query_int(query);
    row->nonce_on_refresh = query_int(query) != 0;
    row->post_logout_redirect_uris = query_text(query, arena);
    row->id_token_signed_response_alg = query_text(query, arena);
    row->jwks = query_text(query, arena);
    row->claims = query_text(query, arena);
    row->issuer_path = query_text(query, arena);
    row->registered_at = query_int(query);
    row->registration_token = query_hash(query);
    row->metadata = query_text(query, arena);
    row->login = query_text(query, arena);
    row->audience = query_text(query, arena);
    row->access_token_typ = query_text(query, arena);
    row->id_token_claims = query_text(query, arena);
}

int clients_get(struct db *db, const char *client_id, struct arena *arena, struct client_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENT_GET, V(client_id));
    return rows_one(&query, arena, read_client, row);
}

int clients_get_by_id(struct db *db, int64_t id, struct arena *arena, struct client_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENT_GET_BY_ID, V(id));
    return rows_one(&query, arena, read_client, row);
}

int clients_list(struct db *db, struct arena *arena, const struct client_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_CLIENTS, NULL, 0);
    struct rows all = {.size = sizeof(**rows), .read = read_client};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int clients_page(struct db *db, const char *after, int64_t limit, struct arena *arena,
                 const struct client_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENTS_PAGE, V(after), V(limit));
    struct rows all = {.size = sizeof(**rows), .read = read_client};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int clients_of_fixture(struct db *db, int64_t limit, struct arena *arena, const char **ids,
                       size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENTS_OF_FIXTURE, V(limit));
    int next;
    *count = 0;
    while ((next = query_next(&query)) == 1) {
        ids[(*count)++] = query_text(&query, arena);
    }
    return next;
}

int clients_delete(struct db *db, int64_t id)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_CLIENT_DELETE, V(id));
    int outcome = query_found(&query);
    if (outcome == 0 && query_int(&query) != 0) {
        tally_add(held, TALLY_REGISTRATIONS, -1);
    }
    return outcome;
}

int clients_count_registered(struct db *db, int64_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return tally_get(held, TALLY_REGISTRATIONS, count);
}

int clients_mark(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_CLIENTS_MARK, NULL, 0));
}

int clients_sweep(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_CLIENTS_SWEEP, NULL, 0));
}

int guesses_add(struct db *db, int64_t client, int64_t now)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_GUESS_ADD, V(client), V(now), V(now - GUESS_SECONDS)));
}

int guesses_get(struct db *db, int64_t client, int64_t now, int64_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_GUESSES, V(client), V(now - GUESS_SECONDS));
    int found = query_found(&query);
    *count = found == 0 ? query_int(&query) : 0;
    return found < 0 ? DB_BROKEN : 0;
}

int origins_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_ORIGINS_CLEAR, NULL, 0));
}

int origins_put(struct db *db, const char *origin)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_ORIGIN_PUT, V(origin)));
}

int origins_get(struct db *db, const char *origin)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_ORIGIN_GET, V(origin));
    return query_found(&query);
}

int origins_text(struct db *db, int64_t most, struct arena *arena, const char **text)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_ORIGINS_LIST, V(most));
    struct str_buf buf;
    str_buf_init(&buf, arena);
    int found;
    while ((found = query_found(&query)) == 0) {
        str_buf_printf(&buf, "%s%s", buf.size > 0 ? " " : "", query_text(&query, arena));
    }
    *text = str_buf_text(&buf);
    return found < 0 ? DB_BROKEN : 0;
}

int scopes_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_SCOPES_CLEAR, NULL, 0));
}

int scopes_put(struct db *db, const struct scope_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_SCOPE_PUT, V(row->name), V(row->kind), V(row->description)));
}

static void read_scope(struct query *query, struct arena *arena, void *to)
{
    struct scope_row *row = to;
    *row = (struct scope_row){0};
    row->name = query_text(query, arena);
    row->kind = query_text(query, arena);
    row->description = query_text(query, arena);
}

int scopes_get(struct db *db, const char *name, struct arena *arena, struct scope_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_SCOPE_GET, V(name));
    return rows_one(&query, arena, read_scope, row);
}

int scopes_list(struct db *db, struct arena *arena, const struct scope_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_SCOPES, NULL, 0);
    struct rows all = {.size = sizeof(**rows), .read = read_scope};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}
