#include "server/make/make.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CLOSED = 1 }; /* no outcome of make_open */

struct make_gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    atomic_int outcome;
};

struct make *make_new(void)
{
    struct make *make = calloc(1, sizeof(*make));
    struct make_gate *gate = calloc(1, sizeof(*gate));
    if (make == NULL || gate == NULL) {
        free(make);
        free(gate);
        return NULL;
    }
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->opened, NULL);
    atomic_init(&gate->outcome, CLOSED);
    make->gate = gate;
    return make;
}

void make_free(struct make *make)
{
    if (make != NULL) {
        catalogue_free(make->catalogue);
        roles_free(make->roles);
        pthread_cond_destroy(&make->gate->opened);
        pthread_mutex_destroy(&make->gate->lock);
        free(make->gate);
        free(make);
    }
}

void make_load(struct make *make)
{
    if (make->catalogue == NULL) {
        make->catalogue = catalogue_new();
        make->roles = roles_new();
    }
}

void make_open(struct make *make, int outcome)
{
    struct make_gate *gate = make->gate;
    pthread_mutex_lock(&gate->lock);
    atomic_store(&gate->outcome, outcome);
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

int make_await(const struct make *make)
{
    struct make_gate *gate = make->gate;
    if (atomic_load(&gate->outcome) == CLOSED) {
        pthread_mutex_lock(&gate->lock);
        while (atomic_load(&gate->outcome) == CLOSED) {
            pthread_cond_wait(&gate->opened, &gate->lock);
        }
        pthread_mutex_unlock(&gate->lock);
    }
    return atomic_load(&gate->outcome);
}
