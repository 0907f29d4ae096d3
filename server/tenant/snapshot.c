#include "server/tenant/snapshot.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"

struct snapshot {
    struct snapshot *next;
    char *name;
    struct db_image image;
    uint64_t position; /* of the randomness */
    int64_t at;
};

struct snapshots {
    pthread_mutex_t lock;
    struct snapshot *first; /* in the order made */
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
    while (*at != NULL && strcmp((*at)->name, name) != 0) {
        at = &(*at)->next;
        ++*before;
    }
    return at;
}

int snapshots_make(struct snapshots *snapshots, const char *name,
                   const struct snapshot_parts *parts)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t count;
    struct snapshot **at = find(held, name, &count);
    if (*at != NULL) {
        return SNAPSHOT_NAME_TAKEN;
    }
    if (count >= SNAPSHOTS_MAX) {
        return SNAPSHOT_TOO_MANY;
    }
    struct snapshot *snapshot = memory_new(sizeof(*snapshot));
    *snapshot = (struct snapshot){
        .name = memory_strdup(name), .position = random_position(parts->random), .at = parts->now};
    if (db_image(parts->db, &snapshot->image) != 0) {
        snapshot_free(snapshot);
        return DB_BROKEN;
    }
    *at = snapshot;
    return SNAPSHOT_DONE;
}

int snapshots_restore(struct snapshots *snapshots, const char *name,
                      const struct snapshot_parts *parts)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t before;
    const struct snapshot *snapshot = *find(held, name, &before);
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    if (db_become(parts->db, &snapshot->image) != 0) {
        return DB_BROKEN;
    }
    random_seek(parts->random, snapshot->position);
    return SNAPSHOT_DONE;
}

int snapshots_get(struct snapshots *snapshots, const char *name, enum snapshot_keys keys,
                  struct db_image *image)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t before;
    const struct snapshot *snapshot = *find(held, name, &before);
    *image = (struct db_image){.size = 0};
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    return db_image_copy(&snapshot->image,
                         keys == SNAPSHOT_WITH_KEYS ? IMAGE_WITH_KEYS : IMAGE_WITHOUT_KEYS, image);
}

int snapshots_delete(struct snapshots *snapshots, const char *name)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    size_t before;
    struct snapshot **at = find(held, name, &before);
    struct snapshot *snapshot = *at;
    if (snapshot == NULL) {
        return SNAPSHOT_UNKNOWN;
    }
    *at = snapshot->next;
    snapshot_free(snapshot);
    return SNAPSHOT_DONE;
}

json_t *snapshots_list(struct snapshots *snapshots)
{
    AUTO(release) struct snapshots *held = hold(snapshots);
    json_t *list = json_array();
    for (const struct snapshot *one = held->first; one != NULL; one = one->next) {
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:I}", "name", one->name, "at",
                                        (json_int_t)one->at, "size", (json_int_t)one->image.size));
    }
    return list;
}
