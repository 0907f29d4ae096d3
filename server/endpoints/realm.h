/* A tenant as the endpoints serve it: where it hangs, what it publishes, and its lock.
 *
 * A call reads its tenant under the lock; what changes the tenant as a whole (its clock, its keys,
 * its database) writes under it. So no call sees half a change. */
#ifndef MAKESHIFT_ENDPOINTS_REALM_H
#define MAKESHIFT_ENDPOINTS_REALM_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/endpoints/maker.h"
#include "server/endpoints/published.h"
#include "server/endpoints/settings.h"
#include "server/endpoints/tries.h"
#include "server/tenant/decisions.h"
#include "server/tenant/faults.h"
#include "server/tenant/journal.h"
#include "server/tenant/latches.h"
#include "server/tenant/sign_ins.h"
#include "server/tenant/snapshot.h"

#define REALM_DEFAULT TENANCY_DEFAULT

/* What the JWKS is instead of what it should be. */
enum jwks_mode {
    JWKS_LIVE,
    JWKS_STALE,   /* as it was when this was asked for */
    JWKS_EMPTY,   /* no key */
    JWKS_FOREIGN, /* somebody else's key */
    JWKS_BROKEN,  /* cut JSON */
    JWKS_OUTAGE,  /* 503 */
    JWKS__MAX
};
extern const char *const jwks_names[JWKS__MAX + 1]; /* ends with NULL */

struct realm {
    const char *name;
    struct made *made;     /* owned; NULL: the tenant is somebody else's */
    struct tenant *tenant; /* read and written under the lock */
    struct make *make;
    struct clock first_clock; /* what the clock was at first: moved is what differs from it */
    const char *base_path;    /* of the issuer: "", "/t/NAME" */
    const char *door_path;    /* where the control door hangs: "", "/t/NAME" */
    char *base_url;           /* that it was given; NULL: it has the server's */
    char *own_host;           /* of that; under `naming` */
    pthread_mutex_t naming;
    atomic_bool is_gone;      /* it was ended: nobody finds it any more */
    bool is_beside;           /* the server's file: its own is closed while nobody uses it */
    atomic_bool is_awake;     /* it has a database that is open */
    const char *problem;      /* why its file could not be opened; NULL: it could */
    struct settings settings; /* what its file keeps; texts in the arena, or above */
    _Atomic int64_t ttl_ms;   /* it ends when nobody asked it for so long; 0: it stays */
    _Atomic int64_t asked_at; /* milliseconds of the monotonic clock */
    struct publication *publication;
    struct snapshots *snapshots;
    struct latches *latches;
    struct journal *journal; /* keeps nothing where it is off */
    enum jwks_mode jwks_mode;
    char *jwks_text;           /* what is served unless it is live; for free() */
    struct sign_ins *sign_ins; /* to come */
    struct faults *faults;     /* what goes wrong on purpose */
    struct watchers delayed;   /* calls: each change by the door may end what delays them */
    struct decisions *decisions;
    struct tries *tries; /* flows that the issuer's own page has begun */
    atomic_uint posts;
    atomic_uint users; /* the registry, and each exchange of its own */
    struct arena *arena;
    pthread_rwlock_t lock;
};

/* `made` is taken; `tenant` and `make` are borrowed where it is NULL. The name is copied. It is
 * published by realm_serve. */
struct realm *realm_new(const char *name, struct made *made, struct tenant *tenant,
                        struct make *make);

/* Keeps a journal of so many entries; before it is served. 0: none. */
void realm_keep_journal(struct realm *realm, struct journal_pool *pool, size_t entries);

/* Names its issuer (copied) and publishes. Holds the lock for writing, or nobody knows it yet. */
void realm_serve(struct realm *realm, const char *issuer);

/* It is of a file beside the server's and asleep, with these settings (copied); nobody knows it
 * yet. */
void realm_found(struct realm *realm, const struct settings *settings);

/* Why its file cannot be opened (copied), which is told once; NULL: it can. */
void realm_note_problem(struct realm *realm, const char *why);

/* Its issuer is below this base URL (copied), whose host is admitted from now on; NULL: it is the
 * server's. */
void realm_own_base(struct realm *realm, const char *base_url);

/* Whether that has this host name (of so many bytes, in any case). It needs no lock. */
bool realm_has_host(struct realm *realm, const char *host, size_t size);

/* It moves from memory to a new file (copied), or its file keeps its settings as they are now. The
 * outcomes of made_settle; 0 or negative. The lock is held for writing, or nobody knows it yet. */
MUST_USE int realm_settle(struct realm *realm, const char *path, struct arena *arena);
MUST_USE int realm_keep_settings(struct realm *realm, struct arena *arena);

/* Its file is opened, unless it is open. 0; 1: it cannot be, `*why` (in the arena) says why; NULL:
 * it was ended. Negative: broken, logged. It does not hold the lock. */
MUST_USE int realm_wake(struct realm *realm, const struct maker *maker, struct arena *arena,
                        const char **why);

/* Its file is closed. Nobody but the registry knows it, nor gets to. */
void realm_sleep(struct realm *realm);

/* It is over: whoever is held goes on, and is the last that it answers; its file is deleted. 0;
 * negative: the file stands yet, logged. It does not hold the lock. */
MUST_USE int realm_end(struct realm *realm);

/* Publishes anew what has changed: keys, metadata. The lock is held for writing. */
void realm_publish(struct realm *realm);

/* An image of all of it, as made_pack makes one with keys, for db_image_free. It does not hold the
 * lock. 0 or negative. */
MUST_USE int realm_image(struct realm *realm, const struct maker *maker, struct db_image *image);

/* Somebody asks it now. */
void realm_asked(struct realm *realm);

/* Whether nobody uses it but the registry, and nobody did for as long as it may be idle; and
 * whether its file might be closed, which nobody has asked for so many milliseconds. */
bool realm_is_idle(const struct realm *realm);
bool realm_may_sleep(const struct realm *realm, int64_t unasked_ms);

/* What it remembers beside its database is gone: latches, journal, pages that were answered. The
 * lock is held for writing. */
void realm_forget(struct realm *realm);

/* One more who uses it; and one less: the last one's leaving frees it. */
struct realm *realm_enter(struct realm *realm);
void realm_leave(struct realm *realm);

void realm_read(struct realm *realm);
void realm_write(struct realm *realm);
void realm_unlock(struct realm *realm);

/* Seconds that the clock is ahead of where it would be had nobody moved it; 0: it was not. */
int64_t realm_moved(const struct realm *realm);

#endif
