#include "server/tenant/watchers.h"

#include <stdbool.h>
#include <stddef.h>

void watchers_init(struct watchers *watchers)
{
    pthread_mutex_init(&watchers->lock, NULL);
    watchers->first = NULL;
    atomic_init(&watchers->any, false);
}

void watchers_fini(struct watchers *watchers)
{
    pthread_mutex_destroy(&watchers->lock);
}

void watchers_add(struct watchers *watchers, struct watcher *watcher)
{
    pthread_mutex_lock(&watchers->lock);
    watcher->next = watchers->first;
    watchers->first = watcher;
    atomic_store(&watchers->any, true);
    pthread_mutex_unlock(&watchers->lock);
}

void watchers_remove(struct watchers *watchers, struct watcher *watcher)
{
    pthread_mutex_lock(&watchers->lock);
    struct watcher **at = &watchers->first;
    while (*at != NULL && *at != watcher) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = watcher->next;
    }
    atomic_store(&watchers->any, watchers->first != NULL);
    pthread_mutex_unlock(&watchers->lock);
}

void watchers_tell(struct watchers *watchers)
{
    if (!atomic_load(&watchers->any)) {
        return;
    }
    pthread_mutex_lock(&watchers->lock);
    for (struct watcher *watcher = watchers->first; watcher != NULL; watcher = watcher->next) {
        watcher->wake(watcher->context);
    }
    pthread_mutex_unlock(&watchers->lock);
}
