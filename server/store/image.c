#include "server/store/image.h"

#include <stdbool.h>

#include "server/base/log.h"
#include "server/store/db_private.h"
#include "server/store/file.h"
#include "server/store/kept.h"
#include "server/store/starts.h"

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
    if (db_run(db, SQL_END, NULL, 0) >= 0 && (!is_file || kept_clear(db) == 0)) {
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

/* What stays of a database that becomes another. */
struct stay {
    int64_t starts;
    bool is_running;
    const struct kept_row *rows;
    size_t count;
};

static int read_stay(struct db *db, struct arena *arena, struct stay *stay)
{
    stay->is_running = db_is_file(db);
    return starts_get(db, &stay->starts) == 0 ? kept_list(db, arena, &stay->rows, &stay->count)
                                              : DB_BROKEN;
}

static int put_stay(struct db *db, const struct stay *stay)
{
    int outcome = db_done(RUN(db, SQL_START_KEEP, V(stay->starts), V((int64_t)stay->is_running)));
    for (size_t i = 0; i < stay->count && outcome == 0; i++) {
        outcome = kept_put(db, stay->rows[i].what, stay->rows[i].json);
    }
    return outcome;
}

/* What stays is put into the copy, so that the file becomes all of it at once. */
static int replace_file(struct db *db, const struct db_image *image, const struct stay *stay)
{
    struct db *from = NULL;
    int outcome = db_open_image(image, &from);
    if (outcome == 0) {
        outcome = put_stay(from, stay);
    }
    if (outcome == 0) {
        outcome = copy(db, from, image);
    }
    db_close(from);
    return outcome;
}

static int replace(struct db *db, const struct db_image *image, const struct stay *stay)
{
    if (db_is_file(db)) {
        return replace_file(db, image, stay);
    }
    int outcome = replace_memory(db, image);
    return outcome == 0 ? put_stay(db, stay) : outcome;
}

int db_become(struct db *db, const struct db_image *image)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct stay stay = {0};
    if (db_state(held)->depth > 0) {
        return broken("a database was to be replaced amid a transaction");
    }
    if (read_stay(held, arena, &stay) != 0) {
        return DB_BROKEN;
    }
    db_unprepare(held);
    shelf_init(db_shelf(held));
    *db_limits(held) = DB_LIMITS_UNKNOWN;
    if (replace(held, image, &stay) != 0) {
        return broken("the database cannot be replaced");
    }
    return db_watch(held); /* the log may be another file now */
}

/* The file says that it has a log, so that whoever opens it first need not change that by way of a
 * journal: a database that was forsaken (db_forsake) may yet delete one of that name. */
int db_image_write(const struct db_image *image, const char *path, enum image_file how)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    uint8_t *bytes = arena_copy(arena, image->bytes, image->size);
    bytes[VERSIONS_AT] = bytes[VERSIONS_AT + 1] = 2;
    return file_put(path, bytes, image->size, how == IMAGE_REPLACES);
}

int db_forsake(struct db *db, const char *path)
{
    AUTO(db_release) struct db *held = db_hold(db);
    struct answer ignored;
    if (db_run(held, SQL_END, NULL, 0) < 0) {
        return DB_BROKEN;
    }
    db_unwatch(held);
    /* From here on nothing beside the file is this one's: another may get its name. */
    int outcome = db_once(held, statements[SQL_SETTINGS_FORSAKEN], &ignored);
    return outcome == 0 ? file_delete(path) : broken("a database cannot be ended");
}

int db_delete(const char *path)
{
    return file_delete(path);
}
