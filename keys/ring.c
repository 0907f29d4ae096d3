#include "keys/ring.h"
#include "keys/die.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Keys are never taken off the ring while it lives: what it lends stays good. */
struct entry {
    struct entry *next;
    struct key *key;
    enum key_state state;
    int64_t until; /* when it is retired: published before this time */
};

const char *const key_state_names[KEY_STATE__MAX] = {
    [KEY_SIGNS] = "signs", [KEY_NEXT] = "next", [KEY_RETIRED] = "retired", [KEY_OFF] = "off"};

struct ring {
    pthread_rwlock_t *lock; /* apart, as readers of a `const` ring take it, too */
    struct entry *entries;  /* in the order added */
};

struct ring *ring_new(void)
{
    struct ring *ring = die_or_new(sizeof(*ring));
    ring->lock = die_or_new(sizeof(*ring->lock));
    pthread_rwlock_init(ring->lock, NULL);
    return ring;
}

void ring_free(struct ring *ring)
{
    if (!ring) {
        return;
    }
    while (ring->entries) {
        struct entry *entry = ring->entries;
        ring->entries = entry->next;
        key_free(entry->key);
        free(entry);
    }
    pthread_rwlock_destroy(ring->lock);
    free(ring->lock);
    free(ring);
}

static struct entry *find(const struct ring *ring, const char *kid)
{
    struct entry *entry = ring->entries;
    while (entry && strcmp(key_kid(entry->key), kid) != 0) {
        entry = entry->next;
    }
    return entry;
}

static struct entry *find_signer(const struct ring *ring, enum alg alg)
{
    struct entry *entry = ring->entries;
    while (entry && (entry->state != KEY_SIGNS || key_alg(entry->key) != alg)) {
        entry = entry->next;
    }
    return entry;
}

/* The entry of the key, new when its kid is not there yet. Takes the key. */
static struct entry *put(struct ring *ring, struct key *key, int64_t until)
{
    struct entry *there = find(ring, key_kid(key));
    if (there) {
        key_free(key);
        return there;
    }
    struct entry **end = &ring->entries;
    while (*end) {
        end = &(*end)->next;
    }
    *end = die_or_new(sizeof(**end));
    (*end)->key = key;
    (*end)->state = KEY_RETIRED;
    (*end)->until = until;
    return *end;
}

static void sign_with(struct ring *ring, struct entry *entry)
{
    struct entry *before = find_signer(ring, key_alg(entry->key));
    if (before) {
        before->state = KEY_RETIRED;
        before->until = INT64_MAX;
    }
    entry->state = KEY_SIGNS;
}

void ring_add(struct ring *ring, struct key *key)
{
    pthread_rwlock_wrlock(ring->lock);
    sign_with(ring, put(ring, key, INT64_MAX));
    pthread_rwlock_unlock(ring->lock);
}

void ring_add_retired(struct ring *ring, struct key *key, int64_t until)
{
    pthread_rwlock_wrlock(ring->lock);
    put(ring, key, until);
    pthread_rwlock_unlock(ring->lock);
}

void ring_add_next(struct ring *ring, struct key *key)
{
    pthread_rwlock_wrlock(ring->lock);
    put(ring, key, INT64_MAX)->state = KEY_NEXT;
    pthread_rwlock_unlock(ring->lock);
}

int ring_turn(struct ring *ring, const char *kid, enum key_state state, int64_t until)
{
    pthread_rwlock_wrlock(ring->lock);
    struct entry *entry = find(ring, kid);
    if (entry && state == KEY_SIGNS) {
        sign_with(ring, entry);
    } else if (entry) {
        entry->state = state;
        entry->until = until;
    }
    pthread_rwlock_unlock(ring->lock);
    return entry ? 0 : 1;
}

void ring_turn_off(struct ring *ring)
{
    pthread_rwlock_wrlock(ring->lock);
    for (struct entry *entry = ring->entries; entry; entry = entry->next) {
        entry->state = KEY_OFF;
    }
    pthread_rwlock_unlock(ring->lock);
}

json_t *ring_list(const struct ring *ring)
{
    json_t *list = json_array();
    pthread_rwlock_rdlock(ring->lock);
    for (const struct entry *entry = ring->entries; entry; entry = entry->next) {
        if (entry->state == KEY_OFF) {
            continue;
        }
        json_t *row =
            json_pack("{s:s, s:s, s:s}", "kid", key_kid(entry->key), "alg",
                      alg_table[key_alg(entry->key)].name, "state", key_state_names[entry->state]);
        if (entry->state == KEY_RETIRED && entry->until != INT64_MAX) {
            json_object_set_new(row, "until", json_integer(entry->until));
        }
        json_array_append_new(list, row);
    }
    pthread_rwlock_unlock(ring->lock);
    return list;
}

const struct key *ring_signer(const struct ring *ring, enum alg alg)
{
    pthread_rwlock_rdlock(ring->lock);
    const struct entry *entry = find_signer(ring, alg);
    pthread_rwlock_unlock(ring->lock);
    return entry ? entry->key : NULL;
}

const struct key *ring_find(const struct ring *ring, const char *kid)
{
    pthread_rwlock_rdlock(ring->lock);
    const struct entry *entry = find(ring, kid);
    pthread_rwlock_unlock(ring->lock);
    return entry && entry->state != KEY_OFF ? entry->key : NULL;
}

json_t *ring_jwks(const struct ring *ring, int64_t now)
{
    json_t *signing = json_array();
    json_auto_t *retired = json_array();
    pthread_rwlock_rdlock(ring->lock);
    for (const struct entry *entry = ring->entries; entry; entry = entry->next) {
        if (entry->state == KEY_SIGNS) {
            json_array_append_new(signing, key_public_jwk(entry->key));
        } else if (entry->state != KEY_OFF && now < entry->until) {
            json_array_append_new(retired, key_public_jwk(entry->key));
        }
    }
    pthread_rwlock_unlock(ring->lock);
    json_array_extend(signing, retired);
    return json_pack("{s:o}", "keys", signing);
}
