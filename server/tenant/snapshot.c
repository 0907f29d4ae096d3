#include "server/tenant/snapshot.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/store/image_copy.h"
#include "server/store/kept.h"

struct snapshot {
    struct snapshot *next;
    char *name;
    struct db_image image; /* empty: it stands in a file */
    uint64_t position;     /* of the randomness */
    int64_t at;
    int64_t size;
};

struct snapshots {
    pthread_mutex_t lock;
    struct snapshot *first; /* in the order made */
    bool is_read;           /* what the database's file keeps of them */
};

struct snapshots *snapshots_new(void)
{
    struct snapshots *snapshots = memory_new(sizeof(*snapshots));
    pthread_mutex_init(&snapshots->lock, NULL);
    return snapshots;
}

static void snapshot_free(struct snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    db_image_free(&snapshot->image);
    free(snapshot->name);
    free(snapshot);
}

void snapshots_free(struct snapshots *snapshots)
{
    if (snapshots == NULL) {
        return;
    }
    while (snapshots->first != NULL) {
        struct snapshot *snapshot = snapshots->first;
        snapshots->first = snapshot->next;
        snapshot_free(snapshot);
    }
    pthread_mutex_destroy(&snapshots->lock);
    free(snapshots);
}

static struct snapshots *hold(struct snapshots *snapshots)
{
    pthread_mutex_lock(&snapshots->lock);
    return snapshots;
}

static void release(struct snapshots **held)
{
    pthread_mutex_unlock(&(*held)->lock);
}

/* Where a snapshot of the name hangs, or where the next one is to hang; `*before` counts those in
 * front of it. */
static struct snapshot **find(struct snapshots *snapshots, const char *name, size_t *before)
{
    struct snapshot **at = &snapshots->first;
    *before = 0;
    while (*at != NULL && (name == NULL || strcmp((*at)->name, name) != 0)) {
        at = &(*at)->next;
        ++*before;
    }
    return at;
}

static const char *path_of(struct arena *arena, const char *db, const char *name)
{
    return arena_printf(arena, "%s" SNAPSHOT_INFIX "%s.db", db, name);
}

/* The list that the file at `path` keeps. A new reference; NULL: it cannot be told. */
static json_t *kept_of(struct db *db, const char *path)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *text = NULL, *why = NULL;
    int outcome = db != NULL ? kept_get(db, KEPT_SNAPSHOTS, arena, &text)
                             : db_peek(path, KEPT_SNAPSHOTS, arena, &text, &why);
    bool has_none = text == NULL && (outcome == 0 || (db != NULL && outcome == 1));
    return has_none ? json_array() : text != NULL ? json_loads(text, 0, NULL) : NULL;
}

static void hang(struct snapshots *held, const json_t *row)
{
    size_t before;
    struct snapshot *snapshot = memory_new(sizeof(*snapshot));
    *snapshot = (struct snapshot){
        .name = memory_strdup(json_string_value(json_object_get(row, "name"))),
        .position = (uint64_t)json_integer_value(json_object_get(row, "position")),
        .at = json_integer_value(json_object_get(row, "at")),
        .size = json_integer_value(json_object_get(row, "size")),
    };
    *find(held, NULL, &before) = snapshot;
}

/* What a file keeps is read when somebody asks for the first time. */
static int read_kept(struct snapshots *held, struct db *db)
{
    size_t i;
    const json_t *row;
    if (held->is_read || !db_is_file(db)) {
        return 0;
    }
    json_auto_t *kept = kept_of(db, NULL);
    if (kept == NULL) {
        return DB_BROKEN;
    }
    json_array_foreach(kept, i, row)
    {
        hang(held, row);
    }
    held->is_read = true;
    return 0;
}

static json_t *shown(const struct snapshot *one)
{
    return json_pack("{s:s, s:I, s:I}", "name", one->name, "at", (json_int_t)one->at, "size",
                     (json_int_t)one->size);
}

static int keep(const struct snapshots *held, struct db *db)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *list = json_array();
    for (const struct snapshot *one = held->first; one != NULL; one = one->next) {
        json_t *row = shown(one);
        json_object_set_new(row, "position", json_integer((json_int_t)one->position));
        json_array_append_new(list, row);
    }
    return kept_put(db, KEPT_SNAPSHOTS, json_text(arena, list, NULL));
}

/* A file that is there is of a making that nobody was told of. */
static int write_file(struct snapshot *snapshot, struct db *db)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    int outcome = db_image_write(&snapshot->image, path_of(arena, db_path(db), snapshot->name),
                                 IMAGE_REPLACES);
    db_image_free(&snapshot->image);
    return outcome;
}

/* An image of the file, which is brought up to this version of the schema. */
static int read_file(const struct snapshot *snapshot, struct db *db, struct db_image *image)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *path = path_of(arena, db_path(db), snapshot->name);
    const char *why = "it is not there";
    struct db *file = NULL;
    int outcome = access(path, R_OK | W_OK) == 0 ? db_open(path, arena, &file, &why) : DB_BROKEN;
    if (outcome != 0) {
        log_message(LOG_ERROR, "the snapshot in '%s' cannot be read: %s", path, why);
        return DB_BROKEN;
    }
    outcome = db_image(file, image);
    db_close(file);
    return outcome;
}

/* Puts the image where it can be used: the snapshot's own, or `*read`, which the caller frees. */
static int image_of(const struct snapshot *snapshot, struct db *db, struct db_image *read,
                    const struct db_image **image)
{
    *image = snapshot->image.bytes != NULL ? &snapshot->image : read;
    return *image == read ? read_file(snapshot, db, read) : 0;
}

static int make(struct snapshots *held, struct snapshot **at, struct db *db)
{
    struct snapshot *snapshot = *at;
    if (db_image(db, &snapshot->image) != 0) {
        return DB_BROKEN;
    }
    snapshot->size = (int64_t)snapshot->image.size;
    bool is_kept = !db_is_file(db) || (write_file(snapshot, db) == 0 && keep(held, db) == 0);
    return is_kept ? SNAPSHOT_DONE : DB_BROKEN;
}

int snapshots_make(struct snapshots *snapshots, const char *name,
                   const struct snapshot_parts *parts)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t count;
    if (read_kept(held, parts->db) != 0) {
        return DB_BROKEN;
    }
    struct snapshot **at = find(held, name, &count);
    if (*at != NULL) {
        return SNAPSHOT_NAME_TAKEN;
    }
    if (count >= SNAPSHOTS_MAX) {
        return SNAPSHOT_TOO_MANY;
    }
    *at = memory_new(sizeof(**at));
    **at = (struct snapshot){
        .name = memory_strdup(name), .position = random_position(parts->random), .at = parts->now};
    int outcome = make(held, at, parts->db);
    if (outcome != SNAPSHOT_DONE) {
        snapshot_free(*at);
        *at = NULL;
    }
    return outcome;
}

int snapshots_restore(struct snapshots *snapshots, const char *name,
                      const struct snapshot_parts *parts)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    AUTO(db_image_free) struct db_image read = {0};
    const struct db_image *image;
    size_t before;
    if (read_kept(held, parts->db) != 0) {
        return DB_BROKEN;
    }
    const struct snapshot *snapshot = *find(held, name, &before);
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    if (image_of(snapshot, parts->db, &read, &image) != 0 || db_become(parts->db, image) != 0) {
        return DB_BROKEN;
    }
    random_seek(parts->random, snapshot->position);
    return SNAPSHOT_DONE;
}

int snapshots_get(struct snapshots *snapshots, struct db *db, const char *name,
                  enum snapshot_keys keys, struct db_image *image)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    AUTO(db_image_free) struct db_image read = {0};
    const struct db_image *own;
    size_t before;
    *image = (struct db_image){.size = 0};
    if (read_kept(held, db) != 0) {
        return DB_BROKEN;
    }
    const struct snapshot *snapshot = *find(held, name, &before);
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    if (image_of(snapshot, db, &read, &own) != 0) {
        return DB_BROKEN;
    }
    return db_image_copy(own, keys == SNAPSHOT_WITH_KEYS ? IMAGE_WITH_KEYS : IMAGE_WITHOUT_KEYS,
                         image);
}

/* The list first: a file that is not in it is nobody's. */
static int forget_file(const struct snapshots *held, struct db *db, const char *name)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    return keep(held, db) == 0 ? db_delete(path_of(arena, db_path(db), name)) : DB_BROKEN;
}

int snapshots_delete(struct snapshots *snapshots, struct db *db, const char *name)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t before;
    if (read_kept(held, db) != 0) {
        return DB_BROKEN;
    }
    struct snapshot **at = find(held, name, &before);
    struct snapshot *snapshot = *at;
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    *at = snapshot->next;
    int outcome = db_is_file(db) ? forget_file(held, db, snapshot->name) : 0;
    snapshot_free(snapshot);
    return outcome == 0 ? SNAPSHOT_DONE : DB_BROKEN;
}

json_t *snapshots_list(struct snapshots *snapshots, struct db *db)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    if (read_kept(held, db) != 0) {
        return NULL;
    }
    json_t *list = json_array();
    for (const struct snapshot *one = held->first; one != NULL; one = one->next) {
        json_array_append_new(list, shown(one));
    }
    return list;
}

int snapshots_forsake(struct db *db, const char *path)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *kept = kept_of(db, path);
    int outcome = kept != NULL ? 0 : DB_BROKEN;
    size_t i;
    const json_t *row;
    json_array_foreach(kept, i, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        if (db_delete(path_of(arena, path, name)) != 0) {
            outcome = DB_BROKEN;
        }
    }
    return outcome;
}
