#include "server/store/documents.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"
#include "server/store/rows.h"

static void read_document(struct query *query, struct arena *arena, void *to)
{
    struct document_row *row = to;
    *row = (struct document_row){0};
    row->id = query_int(query);
    row->collection = query_text(query, arena);
    row->parent = query_text(query, arena);
    row->key = query_text(query, arena);
    row->organization = query_int(query);
    row->team = query_int(query);
    row->user = query_int(query);
    row->api_limit = query_int(query);
    row->type = query_text(query, arena);
    row->body = query_blob(query, arena, &row->size);
}

const char *document_path(struct arena *arena, const struct document_row *row)
{
    return arena_printf(arena, "%s%s%s/%s", row->parent, *row->parent != '\0' ? "/" : "",
                        row->collection, row->key);
}

int documents_number(struct db *db, const char *collection, int64_t *number)
{
    AUTO(db_release) struct db *held = db_hold(db);
    if (RUN(held, SQL_NUMBER_NEXT, V(collection), V((int64_t)1)) < 0) {
        return DB_BROKEN;
    }
    AUTO(query_close) struct query query = QUERY(held, SQL_NUMBER, V(collection));
    int outcome = query_found(&query);
    *number = outcome == 0 ? query_int(&query) : 0;
    return outcome;
}

/* A number that a fixture gives is not given again. */
static int keep_number(struct db *held, const struct document_row *row)
{
    size_t digits = strspn(row->key, "0123456789");
    bool is_number = digits > 0 && digits < 12 && row->key[digits] == '\0';
    if (!is_number) {
        return 0;
    }
    int64_t number = strtoll(row->key, NULL, 10);
    return db_done(RUN(held, SQL_NUMBER_KEEP, V(row->collection), V(number)));
}

static void note_limit(struct db *held, const struct document_row *row)
{
    if (row->api_limit > 0) {
        *db_limits(held) = DB_LIMITS_SOME;
    }
}

int documents_add(struct db *db, const struct document_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    note_limit(held, row);
    if (keep_number(held, row) < 0) {
        return DB_BROKEN;
    }
    return db_hit(RUN(held, SQL_DOCUMENT_ADD, V(row->collection), V(row->parent), V(row->key),
                      V(row->organization), V(row->team), V(row->user), V(row->type),
                      value_bytes(row->body, row->size), V(row->api_limit)));
}

int documents_get(struct db *db, const struct document_row *key, struct arena *arena,
                  struct document_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query =
        QUERY(held, SQL_DOCUMENT_GET, V(key->collection), V(key->parent), V(key->key));
    return rows_one(&query, arena, read_document, row);
}

int documents_change(struct db *db, const struct document_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    note_limit(held, row);
    return db_hit(RUN(held, SQL_DOCUMENT_CHANGE, V(row->id), V(row->organization), V(row->team),
                      V(row->user), V(row->type), value_bytes(row->body, row->size),
                      V(row->api_limit)));
}

int documents_move(struct db *db, int64_t team, int64_t organization)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_DOCUMENTS_MOVE, V(team), V(organization)));
}

int documents_list(struct db *db, const struct documents_filter *filter, struct arena *arena,
                   const struct document_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close)
    struct query query = QUERY(held, SQL_DOCUMENTS, V(filter->collection), V(filter->parent),
                               V(filter->organization), V(filter->team), V(filter->user));
    struct rows all = {.size = sizeof(**rows), .read = read_document};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

/* The organization's or team's number, when the document is one. */
static int64_t number_of(const struct document_row *row, const char *collection)
{
    return str_equal(row->collection, collection) ? strtoll(row->key, NULL, 10) : 0;
}

static int delete_with_parts(struct db *held, struct arena *arena, const struct document_row *row)
{
    int outcome = db_hit(RUN(held, SQL_DOCUMENT_DELETE, V(row->id)));
    if (outcome != 0) {
        return outcome;
    }
    bool is_done = RUN(held, SQL_DOCUMENTS_DELETE_BELOW, V(document_path(arena, row))) >= 0 &&
                   RUN(held, SQL_DOCUMENTS_DELETE_OF, V(number_of(row, "organizations")),
                       V(number_of(row, "teams"))) >= 0;
    return is_done ? 0 : DB_BROKEN;
}

int documents_delete(struct db *db, const struct document_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    struct arena *arena = arena_new();
    int outcome = delete_with_parts(held, arena, row);
    arena_free(arena);
    return outcome;
}

/* A number that is no document's. */
#define PUT_DONE "(put)"

int documents_are_put(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_NUMBER, V(PUT_DONE));
    return query_found(&query);
}

int documents_put_done(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_NUMBER_KEEP, V(PUT_DONE), V((int64_t)1)));
}

int documents_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int cleared = db_run(held, SQL_DOCUMENTS_CLEAR, NULL, 0);
    return cleared < 0 ? DB_BROKEN : db_done(RUN(held, SQL_NUMBER_FORGET, V(PUT_DONE)));
}
