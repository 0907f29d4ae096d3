#include "server/endpoints/realm.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/orders.h"
#include "server/endpoints/routes.h"
#include "server/store/image_copy.h"
#include "server/store/kept.h"

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
    realm->sign_ins = sign_ins_new(realm->tenant);
    realm->latches = latches_new();
    realm->faults = faults_new(realm->tenant);
    realm->decisions = decisions_new();
    realm->tries = tries_new();
    atomic_init(&realm->users, 1);
    pthread_mutex_init(&realm->naming, NULL);
    atomic_init(&realm->is_awake, realm->tenant->db != NULL);
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
    free(realm->base_url);
    free(realm->own_host);
    pthread_mutex_destroy(&realm->naming);
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

/* A file that has lost its name cannot be read: what is published before is served all the same. */
static void publish_at_once(struct realm *realm)
{
    const struct published_text *document;
    int outcome = 0;
    for (int i = 0; i < ISSUER__MAX && outcome == 0; i++) {
        outcome =
            publication_metadata(realm->publication, realm->tenant, (enum issuer_id)i, &document);
    }
    if (outcome == 0) {
        (void)publication_jwks(realm->publication, realm->tenant);
    }
}

void realm_serve(struct realm *realm, const char *issuer)
{
    struct publication *former = realm->publication;
    realm->publication = publication_new(issuer);
    realm->tenant->issuer = publication_issuer(realm->publication);
    realm->base_path = route_base_path(realm->tenant->issuer);
    publication_leave(former); /* calls that see its issuer keep it */
    if (realm->tenant->db != NULL && db_is_file(realm->tenant->db)) {
        publish_at_once(realm);
    }
}

void realm_publish(struct realm *realm)
{
    realm_serve(realm, realm->tenant->issuer);
}

void realm_own_base(struct realm *realm, const char *base_url)
{
    struct url parts = {0};
    if (base_url == NULL || str_equal(realm->settings.base_url, base_url)) {
        return;
    }
    AUTO(arena_drop) struct arena *arena = arena_new();
    bool is_url = url_parse(arena, base_url, &parts) == NULL;
    free(realm->base_url);
    realm->base_url = memory_strdup(base_url);
    realm->settings.base_url = realm->base_url;
    pthread_mutex_lock(&realm->naming);
    free(realm->own_host);
    realm->own_host = is_url ? memory_strdup(parts.host) : NULL;
    pthread_mutex_unlock(&realm->naming);
}

bool realm_has_host(struct realm *realm, const char *host, size_t size)
{
    pthread_mutex_lock(&realm->naming);
    const char *own = realm->own_host;
    bool is_it = own != NULL && strlen(own) == size && strncasecmp(own, host, size) == 0;
    pthread_mutex_unlock(&realm->naming);
    return is_it;
}

void realm_found(struct realm *realm, const struct settings *settings)
{
    realm->is_beside = true;
    realm->settings = *settings;
    realm->settings.profile = arena_strdup(realm->arena, settings->profile);
    realm->settings.base_url = NULL;
    realm_own_base(realm, settings->base_url);
    atomic_store(&realm->ttl_ms, settings->ttl_ms);
    realm_asked(realm); /* from now on */
}

int realm_settle(struct realm *realm, const char *path, struct arena *arena)
{
    const char *settings = settings_text(arena, &realm->settings);
    int outcome = made_settle(realm->made, path, settings, arena);
    realm->is_beside = outcome == 0;
    return outcome;
}

int realm_keep_settings(struct realm *realm, struct arena *arena)
{
    return realm->is_beside
               ? kept_put(realm->tenant->db, KEPT_TENANT, settings_text(arena, &realm->settings))
               : 0;
}

/* Told once, however often it is asked for. */
void realm_note_problem(struct realm *realm, const char *why)
{
    if (str_equal(realm->problem, why)) {
        return;
    }
    realm->problem = arena_strdup(realm->arena, why);
    if (why != NULL) {
        const struct log_field fields[] = {{.name = "tenant", .value = realm->name},
                                           {.name = "reason", .value = why}};
        log_event(LOG_ERROR, "a tenant cannot be opened; the others are served", fields,
                  COUNT(fields));
    }
}

static int wake(struct realm *realm, const struct maker *maker, struct arena *arena,
                const char **why)
{
    if (atomic_load(&realm->is_gone)) {
        return 1;
    }
    int outcome = made_wake(realm->made, maker, arena, why);
    outcome = outcome == 0 ? orders_take_up(realm) : outcome;
    realm_publish(realm);
    realm_note_problem(realm, *why);
    atomic_store(&realm->is_awake, outcome == 0);
    return outcome;
}

int realm_wake(struct realm *realm, const struct maker *maker, struct arena *arena,
               const char **why)
{
    *why = NULL;
    if (atomic_load(&realm->is_awake)) {
        return 0;
    }
    realm_write(realm);
    int outcome = atomic_load(&realm->is_awake) ? 0 : wake(realm, maker, arena, why);
    realm_unlock(realm);
    return outcome;
}

void realm_sleep(struct realm *realm)
{
    made_sleep(realm->made);
    atomic_store(&realm->is_awake, false);
}

int realm_end(struct realm *realm)
{
    realm_write(realm);
    atomic_store(&realm->is_gone, true);
    int outcome = realm->is_beside ? made_forsake(realm->made) : 0;
    realm_unlock(realm);
    latches_empty(realm->latches);
    watchers_tell(&realm->delayed);
    journal_tell(realm->journal); /* who waits for something to come true waits in vain */
    return outcome;
}

int realm_image(struct realm *realm, const struct maker *maker, struct db_image *image)
{
    struct db_image taken = {0};
    realm_read(realm);
    int outcome = db_image(realm->tenant->db, &taken);
    if (outcome == 0) {
        outcome = made_pack(realm->made, maker, &taken, IMAGE_WITH_KEYS, image);
    }
    realm_unlock(realm);
    db_image_free(&taken);
    return outcome;
}

void realm_asked(struct realm *realm)
{
    if (realm->is_beside || atomic_load(&realm->ttl_ms) > 0) {
        atomic_store(&realm->asked_at, clock_ticks_ms());
    }
}

bool realm_is_idle(const struct realm *realm)
{
    int64_t ttl = atomic_load(&realm->ttl_ms);
    return ttl > 0 && atomic_load(&realm->users) == 1 &&
           clock_ticks_ms() - atomic_load(&realm->asked_at) >= ttl;
}

bool realm_may_sleep(const struct realm *realm, int64_t unasked_ms)
{
    return realm->is_beside && atomic_load(&realm->is_awake) && atomic_load(&realm->users) == 1 &&
           clock_ticks_ms() - atomic_load(&realm->asked_at) >= unasked_ms;
}

void realm_forget(struct realm *realm)
{
    latches_empty(realm->latches);
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
    return clock_apart(&realm->tenant->clock, &realm->first_clock);
}
