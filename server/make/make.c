#include "server/make/make.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/memory.h"

struct make {
    struct catalogue *catalogue;
    pthread_mutex_t lock;
    atomic_bool is_done;
    int (*complete)(void *context);
    void *context;
};

struct make *make_new(struct catalogue *catalogue, int (*complete)(void *context), void *context)
{
    struct make *make = memory_new(sizeof(*make));
    pthread_mutex_init(&make->lock, NULL);
    atomic_init(&make->is_done, false);
    make->catalogue = catalogue;
    make->complete = complete;
    make->context = context;
    return make;
}

void make_free(struct make *make)
{
    if (make != NULL) {
        pthread_mutex_destroy(&make->lock);
        free(make);
    }
}

static int complete(struct make *make)
{
    catalogue_read(make->catalogue);
    int outcome = make->complete != NULL ? make->complete(make->context) : 0;
    atomic_store(&make->is_done, outcome == 0);
    return outcome;
}

/* Whoever comes first does it, and the others wait. */
int make_ready(struct make *make)
{
    if (atomic_load(&make->is_done)) {
        return 0;
    }
    pthread_mutex_lock(&make->lock);
    int outcome = atomic_load(&make->is_done) ? 0 : complete(make);
    pthread_mutex_unlock(&make->lock);
    return outcome;
}

void make_again(struct make *make)
{
    atomic_store(&make->is_done, false);
}

const struct catalogue *make_catalogue(const struct make *make)
{
    return make->catalogue;
}
