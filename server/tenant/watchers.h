/* Who is waked when something happens that they may wait for. Thread-safe: one lock, and none while
 * nobody watches. */
#ifndef MAKESHIFT_TENANT_WATCHERS_H
#define MAKESHIFT_TENANT_WATCHERS_H

#include <pthread.h>
#include <stdatomic.h>

/* Lives with whoever waits. `wake` is called by the thread in which it happened: it must not wait,
 * nor come back to the watchers. */
struct watcher {
    void (*wake)(void *context);
    void *context;
    struct watcher *next; /* the watchers' */
};

struct watchers {
    pthread_mutex_t lock; /* also while they are waked */
    struct watcher *first;
    atomic_bool any;
};

void watchers_init(struct watchers *watchers);
void watchers_fini(struct watchers *watchers); /* nobody watches any more */

void watchers_add(struct watchers *watchers, struct watcher *watcher);
/* When this returns it is waked no more. Not watching is fine. */
void watchers_remove(struct watchers *watchers, struct watcher *watcher);

/* Wakes all of them. */
void watchers_tell(struct watchers *watchers);

#endif
