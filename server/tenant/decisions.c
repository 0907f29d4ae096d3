#include "server/tenant/decisions.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/memory.h"

#define KEY_SIZE 24

struct decisions {
    pthread_mutex_t lock;
    json_t *by_id; /* in the order they were put */
};

struct decisions *decisions_new(void)
{
    struct decisions *decisions = memory_new(sizeof(*decisions));
    pthread_mutex_init(&decisions->lock, NULL);
    decisions->by_id = json_object();
    return decisions;
}

void decisions_free(struct decisions *decisions)
{
    if (decisions == NULL) {
        return;
    }
    json_decref(decisions->by_id);
    pthread_mutex_destroy(&decisions->lock);
    free(decisions);
}

static void write_key(char key[KEY_SIZE], int64_t id)
{
    (void)snprintf(key, KEY_SIZE, "%lld", (long long)id);
}

void decisions_put(struct decisions *decisions, int64_t id, json_t *where)
{
    char key[KEY_SIZE];
    write_key(key, id);
    pthread_mutex_lock(&decisions->lock);
    json_object_set_new(decisions->by_id, key, where);
    if (json_object_size(decisions->by_id) > DECISIONS_MAX) {
        json_object_del(decisions->by_id, json_object_iter_key(json_object_iter(decisions->by_id)));
    }
    pthread_mutex_unlock(&decisions->lock);
}

json_t *decisions_get(struct decisions *decisions, int64_t id)
{
    char key[KEY_SIZE];
    write_key(key, id);
    pthread_mutex_lock(&decisions->lock);
    json_t *copy = json_deep_copy(json_object_get(decisions->by_id, key));
    pthread_mutex_unlock(&decisions->lock);
    return copy;
}

void decisions_clear(struct decisions *decisions)
{
    pthread_mutex_lock(&decisions->lock);
    json_object_clear(decisions->by_id);
    pthread_mutex_unlock(&decisions->lock);
}
