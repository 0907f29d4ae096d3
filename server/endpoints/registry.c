#include "server/endpoints/registry.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"

struct registry {
    pthread_rwlock_t lock;
    struct realm **realms; /* by name */
    size_t count;
    size_t room;
    size_t max;
    atomic_uint numbered; /* tenants that nobody named */
};

struct registry *registry_new(size_t max)
{
    struct registry *registry = memory_new(sizeof(*registry));
    pthread_rwlock_init(&registry->lock, NULL);
    registry->max = max;
    return registry;
}

void registry_free(struct registry *registry)
{
    if (registry == NULL) {
        return;
    }
    for (size_t i = 0; i < registry->count; i++) {
        realm_leave(registry->realms[i]);
    }
    pthread_rwlock_destroy(&registry->lock);
    free(registry->realms);
    free(registry);
}

static int compare(const char *name, size_t size, const char *other)
{
    int order = strncmp(name, other, size);
    return order != 0 ? order : -(int)(other[size] != '\0');
}

/* Where that name is, or would be. */
static size_t find(const struct registry *registry, const char *name, size_t size, bool *is_there)
{
    size_t low = 0, high = registry->count;
    *is_there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, size, registry->realms[middle]->name);
        if (order == 0) {
            *is_there = true;
            return middle;
        }
        low = order > 0 ? middle + 1 : low;
        high = order > 0 ? high : middle;
    }
    return low;
}

/* Those that were idle too long are left. */
static void sweep(struct registry *registry)
{
    size_t kept = 0;
    for (size_t i = 0; i < registry->count; i++) {
        struct realm *realm = registry->realms[i];
        if (realm_is_idle(realm)) {
            const struct log_field field = {.name = "tenant", .value = realm->name};
            log_event(LOG_INFO, "a tenant ended, as nobody asked it for so long as its ttl", &field,
                      1);
            (void)(realm_end(realm) == 0); /* if not, its file is there at the next start */
            realm_leave(realm);
            continue;
        }
        registry->realms[kept++] = realm;
    }
    registry->count = kept;
}

static int add(struct registry *registry, struct realm *realm)
{
    bool is_there;
    sweep(registry);
    size_t at = find(registry, realm->name, strlen(realm->name), &is_there);
    if (is_there) {
        return REGISTRY_TAKEN;
    }
    if (registry->count > registry->max) {
        return REGISTRY_FULL;
    }
    if (registry->count == registry->room) {
        registry->room = registry->room * 2 + 8;
        registry->realms =
            memory_need(realloc(registry->realms, registry->room * sizeof(struct realm *)));
    }
    memmove(&registry->realms[at + 1], &registry->realms[at],
            (registry->count - at) * sizeof(struct realm *));
    registry->realms[at] = realm;
    registry->count++;
    return REGISTRY_ADDED;
}

int registry_add(struct registry *registry, struct realm *realm)
{
    pthread_rwlock_wrlock(&registry->lock);
    int outcome = add(registry, realm);
    pthread_rwlock_unlock(&registry->lock);
    return outcome;
}

struct realm *registry_enter(struct registry *registry, const char *name, size_t name_size)
{
    bool is_there;
    pthread_rwlock_rdlock(&registry->lock);
    size_t at = find(registry, name, name_size, &is_there);
    /* Who was idle too long is gone, though its memory waits for the next change of the registry.
     */
    bool is_found = is_there && !realm_is_idle(registry->realms[at]);
    struct realm *realm = is_found ? realm_enter(registry->realms[at]) : NULL;
    if (realm != NULL) {
        realm_asked(realm);
    }
    pthread_rwlock_unlock(&registry->lock);
    return realm;
}

struct realm *registry_remove(struct registry *registry, const char *name)
{
    bool is_there;
    pthread_rwlock_wrlock(&registry->lock);
    size_t at = find(registry, name, strlen(name), &is_there);
    struct realm *realm = is_there ? registry->realms[at] : NULL;
    if (is_there) {
        registry->count--;
        memmove(&registry->realms[at], &registry->realms[at + 1],
                (registry->count - at) * sizeof(struct realm *));
    }
    pthread_rwlock_unlock(&registry->lock);
    return realm;
}

unsigned registry_number(struct registry *registry)
{
    return atomic_fetch_add(&registry->numbered, 1) + 1;
}

bool registry_knows_host(struct registry *registry, const char *host, size_t size)
{
    bool knows = false;
    pthread_rwlock_rdlock(&registry->lock);
    for (size_t i = 0; i < registry->count && !knows; i++) {
        knows = realm_has_host(registry->realms[i], host, size);
    }
    pthread_rwlock_unlock(&registry->lock);
    return knows;
}

#define IDLE_MS 60000

/* How many stay awake of those that are beside the file; `*oldest` is the one that may sleep and
 * was asked longest ago. */
static size_t put_to_sleep(struct registry *registry, struct realm **oldest)
{
    size_t awake = 0;
    *oldest = NULL;
    for (size_t i = 0; i < registry->count; i++) {
        struct realm *realm = registry->realms[i];
        if (realm_may_sleep(realm, IDLE_MS)) {
            realm_sleep(realm);
        }
        if (!realm->is_beside || !atomic_load(&realm->is_awake)) {
            continue;
        }
        awake++;
        if (realm_may_sleep(realm, 0) &&
            (*oldest == NULL ||
             atomic_load(&realm->asked_at) < atomic_load(&(*oldest)->asked_at))) {
            *oldest = realm;
        }
    }
    return awake;
}

bool registry_make_room(struct registry *registry)
{
    struct realm *oldest;
    pthread_rwlock_wrlock(&registry->lock);
    bool is_full = put_to_sleep(registry, &oldest) >= REGISTRY_AWAKE_MAX;
    if (is_full && oldest != NULL) {
        realm_sleep(oldest);
    }
    pthread_rwlock_unlock(&registry->lock);
    return !is_full || oldest != NULL;
}

struct realm **registry_all(struct registry *registry, struct arena *arena, size_t *count)
{
    pthread_rwlock_wrlock(&registry->lock);
    sweep(registry);
    struct realm **all = arena_alloc(arena, (registry->count + 1) * sizeof(struct realm *));
    for (size_t i = 0; i < registry->count; i++) {
        all[i] = realm_enter(registry->realms[i]);
    }
    *count = registry->count;
    pthread_rwlock_unlock(&registry->lock);
    return all;
}
