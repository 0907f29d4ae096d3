#include "server/make/make.h"
#include "server/base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct make_once {
    pthread_mutex_t lock;
    atomic_bool is_done;
    int (*complete)(void *context);
    void *context;
};

struct make *make_new(int (*complete)(void *context), void *context)
{
    struct make *make = memory_new(sizeof(*make));
    struct make_once *once = memory_new(sizeof(*once));
    pthread_mutex_init(&once->lock, NULL);
    atomic_init(&once->is_done, false);
    once->complete = complete;
    once->context = context;
    make->once = once;
    return make;
}

void make_free(struct make *make)
{
    if (make != NULL) {
        catalogue_free(make->catalogue);
        pthread_mutex_destroy(&make->once->lock);
        free(make->once);
        free(make);
    }
}

void make_load(struct make *make)
{
    if (make->catalogue == NULL) {
        make->catalogue = catalogue_new();
    }
}

static int complete(struct make *make)
{
    make_load(make);
    int outcome = make->once->complete != NULL ? make->once->complete(make->once->context) : 0;
    atomic_store(&make->once->is_done, outcome == 0);
    return outcome;
}

/* Whoever comes first does it, and the others wait. */
int make_ready(struct make *make)
{
    struct make_once *once = make->once;
    if (atomic_load(&once->is_done)) {
        return 0;
    }
    pthread_mutex_lock(&once->lock);
    int outcome = atomic_load(&once->is_done) ? 0 : complete(make);
    pthread_mutex_unlock(&once->lock);
    return outcome;
}
