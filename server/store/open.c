#include <string.h>

#include "server/base/log.h"
#include "server/store/db_private.h"
#include "server/store/embedded.h"
#include "server/store/file.h"
#include "server/store/kept.h"
#include "server/store/wal.h"

#define SCHEMA_VERSION 5
#define APPLICATION_ID 1296782150
#define CHECKED_WHOLE (64LL << 20) /* bytes */

/* From each version to the next. */
static const char *const upgrades[SCHEMA_VERSION] = {
    [1] = embedded_server_store_upgrade_1_sql,
    [2] = embedded_server_store_upgrade_2_sql,
    [3] = embedded_server_store_upgrade_3_sql,
    [4] = embedded_server_store_upgrade_4_sql,
};

struct opening {
    struct db *db;
    const char *path; /* as the person wrote it; NULL: in memory */
    long long size;
    struct arena *arena;
    const char **why;
    bool has_log;
};

static const char *reason(const struct opening *at, int outcome)
{
    switch ((enum db_open_outcome)outcome) {
    case DB_IN_USE:
        return "is in use by another process: stop that one, or name another file";
    case DB_FOREIGN:
        return "was not made by makeshift: name another file";
    case DB_NEWER:
        return "was made by a later makeshift: use that one, or name another file";
    case DB_DAMAGED:
        return "is damaged: restore a copy, or delete it to start anew";
    case DB_OPEN:
    case DB_UNREADABLE:
        break;
    }
    const char *says = db_message(at->db);
    bool is_full = strstr(says, "disk is full") != NULL;
    return arena_printf(at->arena, "cannot be used: %s%s", says,
                        is_full ? "; make room, or name another place" : "");
}

static int refuse(const struct opening *at, int outcome)
{
    *at->why = arena_printf(at->arena, "the database '%s' %s",
                            at->path ? at->path : ":memory:", reason(at, outcome));
    return outcome;
}

/* Runs what is run once, each step only when those before it were done. */
static int run_all(struct db *db, const char *const *steps, size_t count)
{
    struct answer ignored;
    int outcome = 0;
    for (size_t i = 0; i < count && outcome == 0; i++) {
        outcome = db_once(db, steps[i], &ignored);
    }
    return outcome;
}

/* The checkpoint: from then on the file itself, without its log, says whose it is. */
static int create(const struct opening *at)
{
    const char *const steps[] = {statements[SQL_SETTINGS_NEW_FILE], statements[SQL_BEGIN],
                                 embedded_server_store_schema_sql, statements[SQL_COMMIT],
                                 statements[SQL_CHECKPOINT]};
    return run_all(at->db, steps, COUNT(steps));
}

/* A large file is not read whole at each start, but what is looked up by an index is; what it lacks
 * at its end shows all the same. */
static int check(const struct opening *at, int64_t version)
{
    static const enum statement whole[] = {SQL_CHECK_WHOLE};
    static const enum statement parts[] = {SQL_CHECK_CLIENTS, SQL_CHECK_USERS, SQL_CHECK_DOCUMENTS};
    bool is_small = at->size <= CHECKED_WHOLE;
    const enum statement *checks = is_small ? whole : parts;
    size_t count = is_small ? COUNT(whole) : COUNT(parts) - (version < 3); /* no documents before */
    int outcome = 0;
    for (size_t i = 0; i < count && outcome == 0; i++) {
        struct answer answer;
        outcome = db_once(at->db, statements[checks[i]], &answer);
        outcome = outcome == 0 && !answer.is_ok ? DB_DAMAGED : outcome;
    }
    return outcome;
}

/* Whoever used it last did not end, and the log that it had is not there. */
static void warn_of_lost_log(const struct opening *at)
{
    struct answer running;
    if (at->has_log || db_once(at->db, statements[SQL_RUNNING], &running) != 0 ||
        running.integer == 0) {
        return;
    }
    const struct log_field fields[] = {
        {.name = "db", .value = at->path},
        {.name = "lost", .value = "what was acknowledged since the last checkpoint"}};
    log_event(LOG_WARN, "the log of the database is missing: an older state is served", fields,
              COUNT(fields));
}

/* All the way up in one transaction: a database is of one version or of another. */
static int upgrade(const struct opening *at, int64_t version)
{
    struct answer ignored;
    int outcome = db_once(at->db, statements[SQL_BEGIN], &ignored);
    for (int64_t v = version; v < SCHEMA_VERSION && outcome == 0; v++) {
        outcome = db_once(at->db, upgrades[v], &ignored);
    }
    return outcome != 0 ? outcome : db_once(at->db, statements[SQL_COMMIT], &ignored);
}

/* Whose file is it? The first question takes the lock and reads the header: a file that is shorter
 * than its header says fails here. `*version` is 0 when nothing is in it. */
static int identify(const struct opening *at, int64_t *version)
{
    static const enum statement questions[] = {SQL_TABLES, SQL_APPLICATION_ID, SQL_VERSION};
    struct answer answers[COUNT(questions)], ignored;
    int outcome = db_once(at->db, statements[SQL_SETTINGS_FILE], &ignored);
    for (size_t i = 0; i < COUNT(questions) && outcome == 0; i++) {
        outcome = db_once(at->db, statements[questions[i]], &answers[i]);
    }
    if (outcome != 0) {
        return outcome;
    }
    int64_t tables = answers[0].integer, application = answers[1].integer;
    *version = answers[2].integer;
    if (application == 0 && *version == 0 && tables == 0) {
        return 0;
    }
    if (application != APPLICATION_ID) {
        return DB_FOREIGN;
    }
    if (*version > SCHEMA_VERSION) {
        return DB_NEWER;
    }
    return *version < 1 || tables == 0 ? DB_DAMAGED : 0;
}

/* An image says that it has no log; as a file that is used it gets one. */
static int examine(const struct opening *at)
{
    struct answer ignored;
    int64_t version = 0;
    int outcome = identify(at, &version);
    if (outcome != 0 || version == 0) {
        return outcome != 0 ? outcome : create(at);
    }
    outcome = check(at, version);
    if (outcome == 0 && version == SCHEMA_VERSION) {
        warn_of_lost_log(at);
    }
    if (outcome == 0) {
        outcome = db_once(at->db, statements[SQL_SETTINGS_LOG], &ignored);
    }
    return outcome == 0 && version < SCHEMA_VERSION ? upgrade(at, version) : outcome;
}

static int open_file(struct opening *at)
{
    struct file file = {0};
    int outcome = file_prepare(at->path, at->arena, &file, at->why);
    if (outcome != 0) {
        return outcome;
    }
    at->size = file.size;
    at->has_log = wal_examine(file.path, at->arena);
    outcome = db_connect(at->db, file.path);
    if (outcome == 0) {
        outcome = examine(at);
    }
    return outcome == 0 ? 0 : refuse(at, outcome);
}

static int open_memory(struct opening *at)
{
    const char *const steps[] = {statements[SQL_SETTINGS_MEMORY], statements[SQL_BEGIN],
                                 embedded_server_store_schema_sql, statements[SQL_COMMIT]};
    int outcome = db_connect(at->db, NULL);
    if (outcome == 0) {
        outcome = run_all(at->db, steps, COUNT(steps));
    }
    return outcome == 0 ? 0 : refuse(at, outcome);
}

bool db_is_file(const struct db *db)
{
    return db_path(db) != NULL;
}

int db_open(const char *path, struct arena *arena, struct db **out, const char **why)
{
    *why = NULL;
    *out = NULL;
    struct db *db = db_new();
    if (!db) {
        return DB_BROKEN;
    }
    struct opening at = {.db = db, .path = path, .arena = arena, .why = why};
    int outcome = path ? open_file(&at) : open_memory(&at);
    if (outcome == 0) {
        *out = db;
    } else {
        db_close(db);
    }
    return outcome;
}

static int peek(const struct opening *at, const char *what, const char **json)
{
    int64_t version = 0;
    int outcome = identify(at, &version);
    if (outcome != 0) {
        return refuse(at, outcome);
    }
    return version == SCHEMA_VERSION && kept_get(at->db, what, at->arena, json) < 0 ? DB_BROKEN : 0;
}

int db_peek(const char *path, const char *what, struct arena *arena, const char **json,
            const char **why)
{
    struct file file = {0};
    struct db *db = db_new();
    struct opening at = {.db = db, .path = path, .arena = arena, .why = why};
    *json = NULL;
    int outcome = file_prepare(path, arena, &file, why);
    if (outcome == 0) {
        outcome = db_connect(db, file.path);
        outcome = outcome != 0 ? refuse(&at, outcome) : peek(&at, what, json);
        db_leave_log(db);
    }
    db_close(db);
    return outcome;
}
