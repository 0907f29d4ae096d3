#include "server/endpoints/tries.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"
#include "server/base/str.h"

struct attempt {
    char ticket[TRY_TICKET_SIZE];
    char *client_id; /* NULL: there is none */
    bool has_begun;
};

struct tries {
    pthread_mutex_t lock;
    struct attempt list[TRIES_MAX];
    size_t next; /* where the next one goes, in place of the oldest */
};

struct tries *tries_new(void)
{
    struct tries *tries = memory_new(sizeof(*tries));
    pthread_mutex_init(&tries->lock, NULL);
    return tries;
}

void tries_free(struct tries *tries)
{
    if (tries != NULL) {
        tries_clear(tries);
        pthread_mutex_destroy(&tries->lock);
        free(tries);
    }
}

void tries_clear(struct tries *tries)
{
    pthread_mutex_lock(&tries->lock);
    for (size_t i = 0; i < TRIES_MAX; i++) {
        free(tries->list[i].client_id);
        tries->list[i] = (struct attempt){0};
    }
    pthread_mutex_unlock(&tries->lock);
}

void tries_put(struct tries *tries, const char *ticket, const char *client_id)
{
    pthread_mutex_lock(&tries->lock);
    struct attempt *attempt = &tries->list[tries->next++ % TRIES_MAX];
    free(attempt->client_id);
    *attempt = (struct attempt){.client_id = memory_strdup(client_id)};
    (void)snprintf(attempt->ticket, sizeof(attempt->ticket), "%s", ticket);
    pthread_mutex_unlock(&tries->lock);
}

/* The lock is held. */
static struct attempt *find(struct tries *tries, const char *ticket, const char *client_id)
{
    for (size_t i = 0; i < TRIES_MAX && ticket != NULL && client_id != NULL; i++) {
        struct attempt *attempt = &tries->list[i];
        if (attempt->client_id != NULL && str_equal(attempt->ticket, ticket) &&
            str_equal(attempt->client_id, client_id)) {
            return attempt;
        }
    }
    return NULL;
}

bool tries_begin(struct tries *tries, const char *ticket, const char *client_id)
{
    pthread_mutex_lock(&tries->lock);
    struct attempt *attempt = find(tries, ticket, client_id);
    bool begins = attempt != NULL && !attempt->has_begun;
    if (begins) {
        attempt->has_begun = true;
    }
    pthread_mutex_unlock(&tries->lock);
    return begins;
}

bool tries_has_begun(struct tries *tries, const char *ticket, const char *client_id)
{
    pthread_mutex_lock(&tries->lock);
    const struct attempt *attempt = find(tries, ticket, client_id);
    bool has_begun = attempt != NULL && attempt->has_begun;
    pthread_mutex_unlock(&tries->lock);
    return has_begun;
}
