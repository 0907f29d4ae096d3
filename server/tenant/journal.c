#include "server/tenant/journal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/memory.h"
#include "server/tenant/entry.h"

#define ROOM_FIRST 64 /* places in a new ring: most tenants are short-lived */

struct journal_pool {
    atomic_size_t bytes;
    atomic_size_t journals;
    size_t limit;
};

struct journal {
    pthread_mutex_t lock; /* over all up to `bytes` */
    struct entry **ring;  /* an entry is at its number modulo `room` */
    size_t room, count;
    int64_t last;
    size_t bytes;
    size_t limit; /* of entries */
    struct journal_pool *pool;
    struct watchers watchers;
};

struct journal_pool *journal_pool_new(size_t bytes)
{
    struct journal_pool *pool = memory_new(sizeof(*pool));
    pool->limit = bytes;
    return pool;
}

void journal_pool_free(struct journal_pool *pool)
{
    free(pool);
}

size_t journal_pool_bytes(struct journal_pool *pool)
{
    return atomic_load(&pool->bytes);
}

struct journal *journal_new(struct journal_pool *pool, size_t entries)
{
    struct journal *journal = memory_new(sizeof(*journal));
    journal->pool = pool;
    journal->limit = entries;
    atomic_fetch_add(&pool->journals, entries > 0);
    pthread_mutex_init(&journal->lock, NULL);
    watchers_init(&journal->watchers);
    return journal;
}

void journal_free(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    journal_empty(journal);
    atomic_fetch_sub(&journal->pool->journals, journal->limit > 0);
    pthread_mutex_destroy(&journal->lock);
    watchers_fini(&journal->watchers);
    free(journal->ring);
    free(journal);
}

bool journal_is_on(const struct journal *journal)
{
    return journal != NULL && journal->limit > 0;
}

static struct entry **place_of(const struct journal *journal, int64_t number)
{
    size_t room = journal->room > 0 ? journal->room : 1;
    return &journal->ring[(size_t)number % room];
}

static int64_t oldest(const struct journal *journal)
{
    return journal->last - (int64_t)journal->count + 1;
}

/* NULL: it is gone, or has not come. */
static struct entry *find(const struct journal *journal, int64_t number)
{
    return number >= oldest(journal) && number <= journal->last ? *place_of(journal, number) : NULL;
}

/* Takes the oldest out, and puts it before `gone`. */
static struct entry *take_oldest(struct journal *journal, struct entry *gone)
{
    struct entry *entry = *place_of(journal, oldest(journal));
    journal->count--;
    journal->bytes -= entry->size;
    atomic_fetch_sub(&journal->pool->bytes, entry->size);
    entry->next = gone;
    return entry;
}

static void leave_all(struct entry *gone)
{
    while (gone != NULL) {
        struct entry *next = gone->next;
        entry_leave(gone);
        gone = next;
    }
}

static bool must_give(const struct journal *journal, size_t size)
{
    struct journal_pool *pool = journal->pool;
    return journal->count == journal->limit ||
           (atomic_load(&pool->bytes) + size > pool->limit &&
            journal->bytes + size > pool->limit / atomic_load(&pool->journals));
}

static void make_room(struct journal *journal)
{
    if (journal->count < journal->room) {
        return;
    }
    struct entry **old = journal->ring;
    size_t room = journal->room == 0 ? ROOM_FIRST : journal->room * 2;
    struct entry **ring = memory_new(room * sizeof(struct entry *));
    for (int64_t number = oldest(journal); number <= journal->last; number++) {
        ring[(size_t)number % room] = *place_of(journal, number);
    }
    journal->ring = ring;
    journal->room = room;
    free(old);
}

void journal_tell(struct journal *journal)
{
    watchers_tell(&journal->watchers);
}

int64_t journal_put(struct journal *journal, const struct journal_entry *given)
{
    if (!journal_is_on(journal)) {
        return 0;
    }
    struct entry *entry = entry_new(given);
    struct entry *gone = NULL;
    pthread_mutex_lock(&journal->lock);
    while (journal->count > 0 && must_give(journal, entry->size)) {
        gone = take_oldest(journal, gone);
    }
    make_room(journal);
    int64_t number = ++journal->last;
    entry->number = number;
    *place_of(journal, number) = entry;
    journal->count++;
    journal->bytes += entry->size;
    atomic_fetch_add(&journal->pool->bytes, entry->size);
    pthread_mutex_unlock(&journal->lock);
    leave_all(gone);
    journal_tell(journal);
    return number;
}

void journal_end(struct journal *journal, int64_t number, enum journal_reply reply,
                 int64_t duration)
{
    if (!journal_is_on(journal)) {
        return;
    }
    pthread_mutex_lock(&journal->lock);
    struct entry *entry = find(journal, number);
    if (entry != NULL) {
        atomic_store(&entry->duration, duration);
        atomic_store(&entry->reply, (int)reply);
    }
    pthread_mutex_unlock(&journal->lock);
}

void journal_empty(struct journal *journal)
{
    struct entry *gone = NULL;
    pthread_mutex_lock(&journal->lock);
    while (journal->count > 0) {
        gone = take_oldest(journal, gone);
    }
    pthread_mutex_unlock(&journal->lock);
    leave_all(gone);
}

int64_t journal_last(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    int64_t last = journal->last;
    pthread_mutex_unlock(&journal->lock);
    return last;
}

size_t journal_count(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    size_t count = journal->count;
    pthread_mutex_unlock(&journal->lock);
    return count;
}

size_t journal_take(struct journal *journal, int64_t since, struct entry **entries, size_t most)
{
    size_t count = 0;
    pthread_mutex_lock(&journal->lock);
    int64_t before = since >= oldest(journal) ? since : oldest(journal) - 1;
    while (count < most && before < journal->last) {
        entries[count] = *place_of(journal, ++before);
        atomic_fetch_add(&entries[count]->users, 1);
        count++;
    }
    pthread_mutex_unlock(&journal->lock);
    return count;
}

void journal_watch(struct journal *journal, struct watcher *watcher)
{
    watchers_add(&journal->watchers, watcher);
}

void journal_unwatch(struct journal *journal, struct watcher *watcher)
{
    watchers_remove(&journal->watchers, watcher);
}
