#include "server/store/users.h"

#include "server/store/db_private.h"
#include "server/store/read.h"
#include "server/store/rows.h"

int users_put(struct db *db, const struct user_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_USER_PUT, V(row->sub), V(row->email), V(row->claims),
                       V(row->memberships),
                       value_bytes(row->password_hash, USER_PASSWORD_HASH_SIZE)));
}

void read_user(struct query *query, struct arena *arena, void *to)
{
    struct user_row *row = to;
    *row = (struct user_row){0};
    row->id = query_int(query);
    row->sub = query_text(query, arena);
    row->email = query_text(query, arena);
    row->claims = query_text(query, arena);
    row->memberships = query_text(query, arena);
    row->password_hash = query_bytes(query, arena);
}

int users_get(struct db *db, int64_t id, struct arena *arena, struct user_row *row)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_USER_GET, V(id));
    return rows_one(&query, arena, read_user, row);
}

static int find(struct db *db, enum statement how, const char *hint, struct arena *arena,
                struct user_row *row)
{
    AUTO(query_close) struct query query = QUERY(db, how, V(hint));
    return rows_one(&query, arena, read_user, row);
}

int users_find(struct db *db, const char *hint, struct arena *arena, struct user_row *row)
{
    static const enum statement ways[] = {SQL_USER_GET_BY_SUB, SQL_USER_GET_BY_EMAIL,
                                          SQL_USER_GET_BY_USERNAME};
    AUTO(db_release) struct db *held = db_hold(db);
    int outcome = 1;
    for (size_t i = 0; i < COUNT(ways) && outcome == 1; i++) {
        outcome = find(held, ways[i], hint, arena, row);
    }
    return outcome;
}

int users_first(struct db *db, int64_t limit, struct arena *arena, const struct user_row **rows,
                size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_USERS, V(limit));
    struct rows all = {.size = sizeof(**rows), .read = read_user};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int users_page(struct db *db, const char *after, int64_t limit, struct arena *arena,
               const struct user_row **rows, size_t *count)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_USERS_PAGE, V(after), V(limit));
    struct rows all = {.size = sizeof(**rows), .read = read_user};
    int outcome = rows_read(&query, arena, &all);
    *rows = all.at;
    *count = all.count;
    return outcome;
}

int users_list(struct db *db, struct arena *arena, const struct user_row **rows, size_t *count)
{
    return users_first(db, -1, arena, rows, count);
}

int users_mark(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_USERS_MARK, NULL, 0));
}

int users_sweep(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_USERS_SWEEP, NULL, 0));
}

int users_delete(struct db *db, int64_t id)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_USER_DELETE, V(id)));
}

int directory_put(struct db *db, const char *what, const char *json)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(RUN(held, SQL_DIRECTORY_PUT, V(what), V(json)));
}

int directory_get(struct db *db, const char *what, struct arena *arena, const char **json)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = QUERY(held, SQL_DIRECTORY_GET, V(what));
    int outcome = query_found(&query);
    if (outcome == 0) {
        *json = query_text(&query, arena);
    }
    return outcome;
}
