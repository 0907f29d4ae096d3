/* Inside the store only: what the record files run statements with.
 *
 * A public function holds the lock for as long as it runs:
 *
 *     AUTO(db_release) struct db *held = db_hold(db);
 *     return db_hit(RUN(held, SQL_CODE_BURN, V(hash), V(now)));
 *
 * A SELECT is a query, closed with its scope; its columns are read in their order. */
#ifndef MAKESHIFT_STORE_DB_PRIVATE_H
#define MAKESHIFT_STORE_DB_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"
#include "server/store/shelf.h"
#include "server/store/statements.h"

/* Takes the lock, which the same thread may take again; gives it back. */
struct db *db_hold(struct db *db);
void db_release(struct db **held);

/* Whether any organization has an api_limit: most stores have none, and each call of the API asks.
 * Under the lock. Some stay some until the store is closed, which costs no more than the asking. */
enum db_limits { DB_LIMITS_UNKNOWN, DB_LIMITS_NONE, DB_LIMITS_SOME };
enum db_limits *db_limits(struct db *db);

/* A value to bind. */
enum value_kind { VALUE_INT, VALUE_TEXT, VALUE_BYTES };
struct value {
    enum value_kind kind;
    int64_t integer;   /* or how many bytes */
    const void *bytes; /* NULL: SQL's NULL; lives until the statement has run */
};

struct value value_int(int64_t integer);
struct value value_text(const char *text);
struct value value_hash(const struct hash *hash);
struct value value_bytes(const uint8_t *bytes, size_t size);

#define V(x)                                                                                       \
    _Generic((x), const char *                                                                     \
             : value_text, char *                                                                  \
             : value_text, const struct hash *                                                     \
             : value_hash, struct hash *                                                           \
             : value_hash, default                                                                 \
             : value_int)(x)

#define VALUES(...)                                                                                \
    (const struct value[]){__VA_ARGS__}, COUNT(((const struct value[]){__VA_ARGS__}))

/* Runs a statement to its end: the number of rows it changed, or DB_BROKEN. */
#define RUN(db, which, ...) db_run(db, which, VALUES(__VA_ARGS__))
MUST_USE int db_run(struct db *db, enum statement which, const struct value *values, size_t count);

/* What a number of changed rows means: 0 done, whatever it was; 0 some, 1 none. */
MUST_USE int db_done(int changes);
MUST_USE int db_hit(int changes);

int64_t db_last_id(struct db *db);

struct query {
    struct db *db;
    enum statement which;
    struct sqlite3_stmt *statement; /* NULL: it could not be prepared */
    int column;                     /* the next to read */
};

#define QUERY(db, which, ...) query_open(db, which, VALUES(__VA_ARGS__))
struct query query_open(struct db *db, enum statement which, const struct value *values,
                        size_t count);
void query_close(struct query *query);

MUST_USE int query_next(struct query *query); /* 1: on a row; 0: at the end; DB_BROKEN */
MUST_USE int
query_found(struct query *query); /* 0: on the first row; 1: there is none; DB_BROKEN */

int64_t query_int(struct query *query);
const char *query_text(struct query *query, struct arena *arena);     /* NULL is NULL */
const uint8_t *query_bytes(struct query *query, struct arena *arena); /* NULL is NULL */
struct hash query_hash(struct query *query);                          /* NULL is all zero */
/* NULL is no bytes; there is a NUL behind them. */
const uint8_t *query_blob(struct query *query, struct arena *arena, size_t *size);

/* Prepares every statement: what a test asks, as the program prepares each when it is first run. */
MUST_USE int db_prepare_all(struct db *db);

struct shelf *db_shelf(struct db *db);

struct db_state {
    int depth;    /* of db_begin */
    bool spoiled; /* a call within the transaction failed: it can only be rolled back */
};
struct db_state *db_state(struct db *db);
bool db_is_within(const struct db *db); /* a transaction, says SQLite */

/* For images: forgets every prepared statement; the bytes of the database, which db_image_free
 * frees; puts a copy of bytes in the place of a database in memory, whose settings go with it; and
 * copies one database over another, in one transaction. */
void db_unprepare(struct db *db);
uint8_t *db_serialize(struct db *db, size_t *size);
MUST_USE int db_deserialize(struct db *db, const void *bytes, size_t size);
MUST_USE int db_copy(struct db *to, struct db *from);

/* From now on the database is used: what says so is moved from the log into the file itself, and
 * nothing is read or written once either of them has lost its name. In memory: nothing. */
MUST_USE int db_watch(struct db *db);
void db_unwatch(struct db *db); /* until db_watch: the log changes its name */

/* For db_open: a handle, its connection, and what is run once and not kept; the outcomes are
 * db_open's. */
struct answer { /* the first column of the last row */
    int64_t integer;
    bool is_ok; /* the text "ok" */
};
struct db *db_new(void);
MUST_USE int db_connect(struct db *db, const char *path); /* NULL: in memory */
MUST_USE int db_once(struct db *db, const char *sql, struct answer *answer);
const char *db_message(const struct db *db); /* SQLite's last */
void db_leave_log(struct db *db);            /* db_close does not put the log into the file */

#endif
