#include "server/store/db_private.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/store/image.h"
#include "server/store/watch.h"

struct db {
    sqlite3 *sqlite;
    pthread_mutex_t mutex; /* recursive: db_begin keeps it over the calls up to db_commit */
    sqlite3_stmt *prepared[SQL__PREPARED];
    struct db_state state;
    struct shelf shelf;
    bool is_file;
    struct watch watch; /* over the file and its log */
    enum db_limits limits;
};

/* ---- the lock ---- */

struct db *db_hold(struct db *db)
{
    pthread_mutex_lock(&db->mutex);
    return db;
}

void db_release(struct db **held)
{
    pthread_mutex_unlock(&(*held)->mutex);
}

enum db_limits *db_limits(struct db *db)
{
    return &db->limits;
}

/* ---- values ---- */

static int bind_value(sqlite3_stmt *statement, int at, const struct value *value)
{
    if (value->kind == VALUE_INT) {
        return sqlite3_bind_int64(statement, at, value->integer);
    }
    if (value->kind == VALUE_TEXT) {
        return sqlite3_bind_text64(statement, at, value->bytes, (sqlite3_uint64)value->integer,
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    return sqlite3_bind_blob64(statement, at, value->bytes, (sqlite3_uint64)value->integer,
                               SQLITE_STATIC);
}

int db_watch(struct db *db)
{
    struct answer ignored;
    const char *path = sqlite3_db_filename(db->sqlite, "main");
    if (!db->is_file || path == NULL) {
        return 0;
    }
    int outcome = db_once(db, statements[SQL_CHECKPOINT], &ignored);
    return outcome == 0 && watch_start(&db->watch, path) == 0 ? 0 : DB_BROKEN;
}

void db_unwatch(struct db *db)
{
    watch_end(&db->watch);
}

/* ---- statements ---- */

static int broken(struct db *db, enum statement which)
{
    db->state.spoiled = db->state.depth > 0;
    const char *message = sqlite3_errmsg(db->sqlite);
    const struct log_field fields[] = {{.name = "reason", .value = message},
                                       {.name = "statement", .value = statements[which]}};
    log_event(LOG_ERROR, "the database failed", fields, COUNT(fields));
    return DB_BROKEN;
}

/* Each statement is prepared when it is first run and kept: start-up pays for none it does not run.
 */
static sqlite3_stmt *prepared(struct db *db, enum statement which)
{
    if (db->prepared[which]) {
        return db->prepared[which];
    }
    int outcome = sqlite3_prepare_v3(db->sqlite, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                                     &db->prepared[which], NULL);
    if (outcome != SQLITE_OK) {
        broken(db, which);
    }
    return db->prepared[which];
}

int db_prepare_all(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    for (int i = 0; i < SQL__PREPARED; i++) {
        if (!prepared(held, (enum statement)i)) {
            return DB_BROKEN;
        }
    }
    return 0;
}

/* A statement is left reset, so that nothing stays locked and nothing points to the caller's
 * values. */
static void finish(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static sqlite3_stmt *start(struct db *db, enum statement which, const struct value *values,
                           size_t count)
{
    /* After a failure SQLite may have ended the transaction by itself: what follows would then
     * stand alone. */
    bool may_run = !db->state.spoiled || which == SQL_ROLLBACK;
    bool looks = db->state.depth == 0 || which == SQL_BEGIN || which == SQL_COMMIT;
    if (looks && which != SQL_ROLLBACK && which != SQL_END && watch_is_gone(&db->watch)) {
        db->state.spoiled = db->state.depth > 0;
        return NULL;
    }
    sqlite3_stmt *statement = may_run ? prepared(db, which) : NULL;
    for (size_t i = 0; statement && i < count; i++) {
        if (bind_value(statement, (int)i + 1, &values[i]) == SQLITE_OK) {
            continue;
        }
        broken(db, which);
        finish(statement);
        return NULL;
    }
    return statement;
}

int db_run(struct db *db, enum statement which, const struct value *values, size_t count)
{
    sqlite3_stmt *statement = start(db, which, values, count);
    if (!statement) {
        return DB_BROKEN;
    }
    int outcome = sqlite3_step(statement);
    int changes = outcome == SQLITE_DONE ? sqlite3_changes(db->sqlite) : broken(db, which);
    finish(statement);
    return changes;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->sqlite);
}

/* ---- queries ---- */

struct query query_open(struct db *db, enum statement which, const struct value *values,
                        size_t count)
{
    return (struct query){.db = db, .which = which, .statement = start(db, which, values, count)};
}

void query_close(struct query *query)
{
    if (query->statement) {
        finish(query->statement);
    }
}

int query_next(struct query *query)
{
    if (!query->statement) {
        return DB_BROKEN;
    }
    query->column = 0;
    int outcome = sqlite3_step(query->statement);
    if (outcome == SQLITE_ROW) {
        return 1;
    }
    return outcome == SQLITE_DONE ? 0 : broken(query->db, query->which);
}

int query_found(struct query *query)
{
    int next = query_next(query);
    if (next < 0) {
        return DB_BROKEN;
    }
    return next == 1 ? 0 : 1;
}

int64_t query_int(struct query *query)
{
    return sqlite3_column_int64(query->statement, query->column++);
}

/* Text is read as the bytes it is: sqlite3_column_text may need memory that is not there. */
const char *query_text(struct query *query, struct arena *arena)
{
    int column = query->column++;
    const char *bytes = sqlite3_column_blob(query->statement, column);
    if (bytes != NULL) {
        return arena_strndup(arena, bytes, (size_t)sqlite3_column_bytes(query->statement, column));
    }
    bool is_empty = sqlite3_column_type(query->statement, column) != SQLITE_NULL;
    return is_empty ? arena_strdup(arena, "") : NULL;
}

const uint8_t *query_bytes(struct query *query, struct arena *arena)
{
    int column = query->column++;
    const void *bytes = sqlite3_column_blob(query->statement, column);
    size_t size = (size_t)sqlite3_column_bytes(query->statement, column);
    return bytes ? arena_copy(arena, bytes, size) : NULL;
}

const uint8_t *query_blob(struct query *query, struct arena *arena, size_t *size)
{
    int column = query->column++;
    const char *bytes = sqlite3_column_blob(query->statement, column);
    *size = (size_t)sqlite3_column_bytes(query->statement, column);
    return (const uint8_t *)arena_strndup(arena, bytes != NULL ? bytes : "", *size);
}

struct hash query_hash(struct query *query)
{
    struct hash hash = {{0}};
    int column = query->column++;
    const void *bytes = sqlite3_column_blob(query->statement, column);
    if (bytes && sqlite3_column_bytes(query->statement, column) == (int)sizeof(hash.bytes)) {
        memcpy(hash.bytes, bytes, sizeof(hash.bytes));
    }
    return hash;
}

/* ---- what transactions and images need of the handle ---- */

struct db_state *db_state(struct db *db)
{
    return &db->state;
}

bool db_is_within(const struct db *db)
{
    return sqlite3_get_autocommit(db->sqlite) == 0;
}

const char *db_path(const struct db *db)
{
    return db->is_file ? sqlite3_db_filename(db->sqlite, "main") : NULL;
}

void db_unprepare(struct db *db)
{
    for (size_t i = 0; i < COUNT(db->prepared); i++) {
        sqlite3_finalize(db->prepared[i]);
        db->prepared[i] = NULL;
    }
}

uint8_t *db_serialize(struct db *db, size_t *size)
{
    sqlite3_int64 length = 0;
    uint8_t *bytes = sqlite3_serialize(db->sqlite, "main", &length, 0);
    *size = (size_t)length;
    return bytes;
}

int db_deserialize(struct db *db, const void *bytes, size_t size)
{
    unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
    uint8_t *copy = sqlite3_malloc64(size);
    if (copy == NULL) {
        return DB_BROKEN;
    }
    memcpy(copy, bytes, size);
    return sqlite3_deserialize(db->sqlite, "main", copy, (sqlite3_int64)size, (sqlite3_int64)size,
                               flags) == SQLITE_OK
               ? 0
               : DB_BROKEN;
}

int db_copy(struct db *to, struct db *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->sqlite, "main", from->sqlite, "main");
    int outcome = backup == NULL ? SQLITE_ERROR : sqlite3_backup_step(backup, -1);
    int finished = backup == NULL ? SQLITE_ERROR : sqlite3_backup_finish(backup);
    return outcome == SQLITE_DONE && finished == SQLITE_OK ? 0 : DB_BROKEN;
}

void db_image_free(struct db_image *image)
{
    sqlite3_free(image->bytes);
    *image = (struct db_image){.size = 0};
}

struct shelf *db_shelf(struct db *db)
{
    return &db->shelf;
}

/* ---- open and close ---- */

static int read_answer(void *to, int columns, char **values, char **names)
{
    struct answer *answer = to;
    (void)names;
    if (columns > 0 && values[0]) {
        answer->integer = strtoll(values[0], NULL, 10);
        answer->is_ok = strcmp(values[0], "ok") == 0;
    }
    return 0;
}

static int outcome_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
        return DB_OPEN;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DB_IN_USE;
    case SQLITE_NOTADB:
        return DB_FOREIGN;
    case SQLITE_CORRUPT:
        return DB_DAMAGED;
    default:
        return DB_UNREADABLE;
    }
}

int db_once(struct db *db, const char *sql, struct answer *answer)
{
    *answer = (struct answer){.integer = 0};
    return outcome_of(sqlite3_exec(db->sqlite, sql, read_answer, answer, NULL));
}

const char *db_message(const struct db *db)
{
    return sqlite3_errmsg(db->sqlite);
}

void db_leave_log(struct db *db)
{
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
}

struct db *db_new(void)
{
    /* The lock is ours: SQLite's counting of its memory would only add one of its own. Refused, and
     * no matter, when this process has used SQLite before. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct db *db = memory_new(sizeof(*db));
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&db->mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    shelf_init(&db->shelf);
    return db;
}

/* SQLite's file in memory rather than its `:memory:`, whose page cache is the database: there every
 * commit after a page split walks all pages, which made a refresh among 1,000,000 tokens three
 * times slower. Here the cache is small. A name without a slash is this connection's alone. */
#define IN_MEMORY "file:makeshift?vfs=memdb"

int db_connect(struct db *db, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    db->is_file = path != NULL;
    return path != NULL
               ? outcome_of(sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOFOLLOW, NULL))
               : outcome_of(sqlite3_open_v2(IN_MEMORY, &db->sqlite, flags | SQLITE_OPEN_URI, NULL));
}

void db_close(struct db *db)
{
    if (!db) {
        return;
    }
    if (watch_is_on(&db->watch)) {
        int ended =
            db_run(db, SQL_END, NULL, 0); /* if not, the next start finds its log in place */
        (void)ended;
    }
    watch_end(&db->watch);
    db_unprepare(db);
    sqlite3_close(db->sqlite);
    pthread_mutex_destroy(&db->mutex);
    free(db);
}
