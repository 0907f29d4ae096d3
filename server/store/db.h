/* The database: one SQLite connection, one lock, a closed set of statements prepared at open.
 *
 * Outcomes of every store function: 0 done; positive, an outcome its header names; negative
 * (DB_BROKEN), the disk or SQLite failed: logged where it arose, nothing was changed, and the same
 * call may succeed later. A function that writes has made its change durable when it returns (WAL
 * with synchronous=FULL for a file), unless it stands between db_begin and db_commit.
 *
 * A tenant is a database. Time is seconds since the epoch; a moment
 * that has not come is 0. Strings that come out live in the arena given. */
#ifndef MAKESHIFT_STORE_DB_H
#define MAKESHIFT_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

#define DB_BROKEN (-1)

struct db;

enum db_open_outcome {
    DB_OPEN = 0,
    DB_IN_USE = 1,  /* another process has it open */
    DB_FOREIGN = 2, /* an SQLite file of another program, or no SQLite file at all */
    DB_NEWER = 3,   /* made by a later version of makeshift */
    DB_DAMAGED = 4, /* fails the integrity check, or is truncated */
    DB_UNREADABLE =
        5, /* cannot be opened or made: `why` has the system's reason; a symbolic link too */
};

/* Opens the file, made with mode 0600 when it is not there; `path` NULL: in memory. `why` (in the
 * arena) explains a positive outcome in words for a person. The file stays locked against other
 * processes until db_close. */
MUST_USE int db_open(const char *path, struct arena *arena, struct db **out, const char **why);
void db_close(struct db *db); /* NULL is fine */

bool db_is_file(const struct db *db);     /* it is not in memory */
const char *db_path(const struct db *db); /* of its file, absolute; NULL: it is in memory */

/* What a file keeps under a name (kept.h), of which no more is looked at and nothing is changed: 0,
 * `*json` is NULL when it keeps nothing; else as db_open. */
MUST_USE int db_peek(const char *path, const char *what, struct arena *arena, const char **json,
                     const char **why);

/* The file at `path`, of this database, is deleted; who uses it goes on in what is left until
 * db_close. And one that nobody has open, whether it is there or not. 0; negative: it stands yet,
 * logged. */
MUST_USE int db_forsake(struct db *db, const char *path);
MUST_USE int db_delete(const char *path);

/* A transaction over several store calls, for loading a fixture: takes the lock until db_commit or
 * db_rollback on the same thread. The calls that are one statement or atomic by themselves need
 * none. */
MUST_USE int db_begin(struct db *db);
MUST_USE int db_commit(struct db *db);
void db_rollback(struct db *db);

/* Deletes a bounded number of rows that no rule can need any more at `now`: expired sessions,
 * interactions and access tokens; codes and refresh tokens whose family has ended. Walks on from
 * where the last call stopped; no call takes longer than about a millisecond. A spent code stays
 * known as long as anything of its family lives (RFC 6749 4.1.2). */
MUST_USE int db_sweep(struct db *db, int64_t now);

#endif
