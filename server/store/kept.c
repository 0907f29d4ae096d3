#include "server/store/kept.h"

#include "server/store/db_private.h"
#include "server/store/rows.h"

int kept_put(struct db *db, const char *what, const char *json)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_KEPT_PUT, V(what), V(json)));
}

int kept_get(struct db *db, const char *what, struct arena *arena, const char **json)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_KEPT_GET, V(what));
    int outcome = query_found(&query);
    if (outcome == 0) {
        *json = query_text(&query, arena);
    }
    return outcome;
}

static void read_kept(struct query *query, struct arena *arena, void *to)
{
    struct kept_row *row = to;
    row->what = query_text(query, arena);
    row->json = query_text(query, arena);
}

int kept_list(struct db *db, struct arena *arena, const struct kept_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_KEPT, NULL, 0);
    struct rows all = {.size = sizeof(**rows), .read = read_kept};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int kept_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_KEPT_CLEAR, NULL, 0));
}
