#include "server/endpoints/realm.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"

const char *const jwks_names[JWKS__MAX + 1] = {
    [JWKS_LIVE] = "live",       [JWKS_STALE] = "stale",   [JWKS_EMPTY] = "empty",
    [JWKS_FOREIGN] = "foreign", [JWKS_BROKEN] = "broken", [JWKS_OUTAGE] = "outage"};

struct realm *realm_new(const char *name, struct made *made, struct tenant *tenant,
                        struct make *make)
{
    struct realm *realm = memory_new(sizeof(*realm));
    pthread_rwlockattr_t attributes;
    realm->arena = arena_new();
    realm->name = arena_strdup(realm->arena, name);
    realm->made = made;
    realm->tenant = made != NULL ? made_tenant(made) : tenant;
    realm->make = made != NULL ? made_make(made) : make;
    realm->first_clock = realm->tenant->clock;
    realm->door_path =
        str_equal(name, REALM_DEFAULT) ? "" : arena_printf(realm->arena, TENANT_PREFIX "%s", name);
    realm->snapshots = snapshots_new();
    watchers_init(&realm->delayed);
    realm->sign_ins = sign_ins_new();
    realm->latches = latches_new();
    realm->faults = faults_new();
    realm->decisions = decisions_new();
    realm->tries = tries_new();
    atomic_init(&realm->users, 1);
    /* Calls come without end; who changes something must get a turn. */
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&realm->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    return realm;
}

void realm_keep_journal(struct realm *realm, struct journal_pool *pool, size_t entries)
{
    realm->journal = journal_new(pool, entries);
}

static void realm_free(struct realm *realm)
{
    publication_leave(realm->publication);
    made_free(realm->made);
    snapshots_free(realm->snapshots);
    watchers_fini(&realm->delayed);
    latches_free(realm->latches);
    faults_free(realm->faults);
    journal_free(realm->journal);
    free(realm->jwks_text);
    sign_ins_free(realm->sign_ins);
    decisions_free(realm->decisions);
    tries_free(realm->tries);
    pthread_rwlock_destroy(&realm->lock);
    arena_free(realm->arena);
    free(realm);
}

struct realm *realm_enter(struct realm *realm)
{
    atomic_fetch_add(&realm->users, 1);
    return realm;
}

void realm_leave(struct realm *realm)
{
    if (realm != NULL && atomic_fetch_sub(&realm->users, 1) == 1) {
        realm_free(realm);
    }
}

void realm_publish(struct realm *realm)
{
    publication_leave(realm->publication);
    realm->publication = publication_new();
}

void realm_serve(struct realm *realm, const char *issuer)
{
    if (!str_equal(realm->tenant->issuer, issuer) || realm->publication == NULL) {
        realm->tenant->issuer = arena_strdup(realm->arena, issuer);
    }
    realm->base_path = route_base_path(realm->tenant->issuer);
    realm_publish(realm);
}

void realm_own_host(struct realm *realm, const char *host)
{
    if (!str_equal(realm->own_host, host)) {
        realm->own_host = arena_strdup(realm->arena, host);
    }
}

void realm_asked(struct realm *realm)
{
    if (atomic_load(&realm->ttl_ms) > 0) {
        atomic_store(&realm->asked_at, clock_ticks_ms());
    }
}

bool realm_is_idle(const struct realm *realm)
{
    int64_t ttl = atomic_load(&realm->ttl_ms);
    return ttl > 0 && atomic_load(&realm->users) == 1 &&
           clock_ticks_ms() - atomic_load(&realm->asked_at) >= ttl;
}

void realm_forget(struct realm *realm)
{
    realm->jwks_mode = JWKS_LIVE;
    sign_ins_clear(realm->sign_ins);
    latches_empty(realm->latches);
    faults_empty(realm->faults);
    journal_empty(realm->journal);
    decisions_clear(realm->decisions);
    tries_clear(realm->tries);
}

void realm_read(struct realm *realm)
{
    pthread_rwlock_rdlock(&realm->lock);
}

void realm_write(struct realm *realm)
{
    pthread_rwlock_wrlock(&realm->lock);
}

void realm_unlock(struct realm *realm)
{
    pthread_rwlock_unlock(&realm->lock);
}

int64_t realm_moved(const struct realm *realm)
{
    return clock_now(&realm->tenant->clock) - clock_now(&realm->first_clock);
}
