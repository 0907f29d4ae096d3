#include "server/store/image.h"

#include <stdbool.h>

#include "server/base/log.h"
#include "server/store/db_private.h"

/* SQLite's "Database File Format", 1.3. */
#define PAGE_SIZE_AT 16
#define VERSIONS_AT 18 /* to write it, to read it: 2 is one with a log */
#define HEADER_SIZE 100

static int broken(const char *what)
{
    log_message(LOG_ERROR, "%s", what);
    return DB_BROKEN;
}

/* Nobody runs an image. What a file says of itself stays true: there it is undone. */
static int serialize(struct db *db, struct db_image *image)
{
    bool is_file = db_is_file(db);
    if (is_file && db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (db_run(db, SQL_END, NULL, 0) >= 0) {
        image->bytes = db_serialize(db, &image->size);
    }
    if (is_file) {
        db_rollback(db);
    }
    return image->bytes == NULL || image->size < HEADER_SIZE ? DB_BROKEN : 0;
}

int db_image(struct db *db, struct db_image *image)
{
    AUTO(db_release) struct db *held = db_hold(db);
    *image = (struct db_image){.size = 0};
    if (db_state(held)->depth > 0) {
        return broken("an image was asked for amid a transaction");
    }
    if (serialize(held, image) != 0) {
        db_image_free(image);
        return broken("no image can be taken of the database");
    }
    image->bytes[VERSIONS_AT] = image->bytes[VERSIONS_AT + 1] = 1;
    return 0;
}

/* What a database in memory is opened with is its connection's, and is lost with what it was. */
static int replace_memory(struct db *db, const struct db_image *image)
{
    struct answer ignored;
    if (db_deserialize(db, image->bytes, image->size) != 0) {
        return DB_BROKEN;
    }
    return db_once(db, statements[SQL_SETTINGS_MEMORY], &ignored) == 0 ? 0 : DB_BROKEN;
}

int db_open_image(const struct db_image *image, struct db **out)
{
    struct db *db = db_new();
    *out = NULL;
    if (db == NULL || db_connect(db, NULL) != 0 || replace_memory(db, image) != 0) {
        db_close(db);
        return broken("an image cannot be opened");
    }
    *out = db;
    return 0;
}

/* The database is written anew, so that no page keeps what was there. */
static int drop_keys(struct db *db)
{
    struct answer ignored;
    if (db_once(db, statements[SQL_KEYS_BLANK], &ignored) != 0 ||
        db_once(db, statements[SQL_VACUUM], &ignored) != 0) {
        return broken("the keys cannot be taken out of an image");
    }
    return 0;
}

int db_image_copy(const struct db_image *image, enum image_keys keys, struct db_image *out)
{
    struct db *db = NULL;
    *out = (struct db_image){.size = 0};
    int outcome = db_open_image(image, &db);
    if (outcome == 0 && keys == IMAGE_WITHOUT_KEYS) {
        outcome = drop_keys(db);
    }
    if (outcome == 0) {
        outcome = db_image(db, out);
    }
    db_close(db);
    return outcome;
}

static bool has_page_size_of(struct db *db, const struct db_image *image)
{
    struct answer own;
    int64_t size = image->bytes[PAGE_SIZE_AT] << 8 | image->bytes[PAGE_SIZE_AT + 1];
    return db_once(db, statements[SQL_PAGE_SIZE], &own) == 0 && own.integer == size;
}

/* A file that an earlier version made has larger pages: SQLite changes them only while there is no
 * log. In between a journal keeps what was there. */
static int copy(struct db *db, struct db *from, const struct db_image *image)
{
    struct answer ignored;
    if (has_page_size_of(db, image)) {
        return db_copy(db, from);
    }
    db_unwatch(db);
    int outcome = db_once(db, statements[SQL_SETTINGS_NO_LOG], &ignored);
    outcome = outcome == 0 ? db_copy(db, from) : DB_BROKEN;
    bool has_log = db_once(db, statements[SQL_SETTINGS_LOG], &ignored) == 0;
    return has_log ? outcome : DB_BROKEN;
}

static int replace_file(struct db *db, const struct db_image *image)
{
    struct db *from = NULL;
    int outcome = db_open_image(image, &from);
    if (outcome == 0) {
        outcome = copy(db, from, image);
    }
    db_close(from);
    return outcome;
}

static int read_starts(struct db *db, int64_t *count)
{
    AUTO(query_close) struct query query = query_open(db, SQL_START_GET, NULL, 0);
    if (query_found(&query) != 0) {
        return DB_BROKEN;
    }
    *count = query_int(&query);
    return 0;
}

int db_become(struct db *db, const struct db_image *image)
{
    AUTO(db_release) struct db *held = db_hold(db);
    int64_t starts;
    if (db_state(held)->depth > 0) {
        return broken("a database was to be replaced amid a transaction");
    }
    if (read_starts(held, &starts) != 0) {
        return DB_BROKEN;
    }
    db_unprepare(held);
    shelf_init(db_shelf(held));
    *db_limits(held) = DB_LIMITS_UNKNOWN;
    int outcome = db_is_file(held) ? replace_file(held, image) : replace_memory(held, image);
    if (outcome != 0) {
        return broken("the database cannot be replaced");
    }
    /* The log may be another file now. */
    return RUN(held, SQL_START_KEEP, V(starts), V((int64_t)db_is_file(held))) < 0 ? DB_BROKEN
                                                                                  : db_watch(held);
}
