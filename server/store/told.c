#include "server/store/told.h"

#include "server/store/db_private.h"
#include "server/store/rows.h"

int told_put(struct db *db, const char *kind, const struct told_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_TOLD_PUT, V(kind), V(row->id), V(row->json)));
}

int told_change(struct db *db, const char *kind, const struct told_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_hit(RUN(held, SQL_TOLD_CHANGE, V(kind), V(row->id), V(row->json)));
}

int told_delete(struct db *db, const char *kind, int64_t id)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_TOLD_DELETE, V(kind), V(id)));
}

int told_clear(struct db *db, const char *kind)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_TOLD_CLEAR, V(kind)));
}

static void read_told(struct query *query, struct arena *arena, void *to)
{
    struct told_row *row = to;
    row->id = query_int(query);
    row->json = query_text(query, arena);
}

int told_list(struct db *db, const char *kind, struct arena *arena, const struct told_row **rows,
              size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_TOLD, V(kind));
    struct rows all = {.size = sizeof(**rows), .read = read_told};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}
