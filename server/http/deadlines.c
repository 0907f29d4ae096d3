#include "server/http/deadlines.h"

#include <linux/sockios.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "server/base/log.h"
#include "server/base/memory.h"

#define NEVER INT64_MAX

struct deadlines {
    pthread_mutex_t lock; /* of the list, and of `stopping` */
    pthread_cond_t changed;
    pthread_t thread;
    struct deadline head; /* of a ring */
    unsigned tick_ms;
    bool stopping;
};

/* Coarse: a tick of the kernel off, but without reading the hardware. */
static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether the server has yet to read what came, or to write what the client has room for. */
static bool server_is_late(const struct deadline *deadline)
{
    int bytes = 0;
    if (deadline->turn == CLIENT_SENDS) {
        return ioctl(deadline->fd, FIONREAD, &bytes) == 0 && bytes > 0;
    }
    return ioctl(deadline->fd, SIOCOUTQ, &bytes) == 0 && bytes == 0;
}

static void cut_overdue(struct deadlines *deadlines)
{
    int64_t now = now_ms();
    for (struct deadline *at = deadlines->head.next; at != &deadlines->head; at = at->next) {
        if (at->due_ms > now || server_is_late(at)) {
            continue;
        }
        at->due_ms = NEVER;
        shutdown(at->fd, SHUT_RDWR);
    }
}

static void wait_a_tick(struct deadlines *deadlines)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + (int64_t)deadlines->tick_ms * 1000000;
    until.tv_sec += (time_t)(nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    pthread_cond_timedwait(&deadlines->changed, &deadlines->lock, &until);
}

static void *reap(void *context)
{
    struct deadlines *deadlines = context;
    pthread_mutex_lock(&deadlines->lock);
    while (!deadlines->stopping) {
        if (deadlines->head.next == &deadlines->head) {
            pthread_cond_wait(&deadlines->changed, &deadlines->lock);
            continue;
        }
        wait_a_tick(deadlines);
        cut_overdue(deadlines);
    }
    pthread_mutex_unlock(&deadlines->lock);
    return NULL;
}

struct deadlines *deadlines_new(unsigned tick_ms)
{
    struct deadlines *deadlines = memory_new(sizeof(*deadlines));
    deadlines->head.next = &deadlines->head;
    deadlines->head.previous = &deadlines->head;
    deadlines->tick_ms = tick_ms;

    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&deadlines->lock, NULL);
    pthread_cond_init(&deadlines->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    int error = pthread_create(&deadlines->thread, NULL, reap, deadlines);
    if (error == 0) {
        return deadlines;
    }

    log_message(LOG_ERROR, "cannot start a thread: %s", strerror(error));
    pthread_cond_destroy(&deadlines->changed);
    pthread_mutex_destroy(&deadlines->lock);
    free(deadlines);
    return NULL;
}

void deadlines_free(struct deadlines *deadlines)
{
    if (deadlines == NULL) {
        return;
    }
    pthread_mutex_lock(&deadlines->lock);
    deadlines->stopping = true;
    pthread_cond_signal(&deadlines->changed);
    pthread_mutex_unlock(&deadlines->lock);
    pthread_join(deadlines->thread, NULL);
    pthread_cond_destroy(&deadlines->changed);
    pthread_mutex_destroy(&deadlines->lock);
    free(deadlines);
}

void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, int fd, unsigned seconds)
{
    deadline->fd = fd;
    deadline_set(deadline, CLIENT_SENDS, seconds);
    pthread_mutex_lock(&deadlines->lock);
    bool is_first = deadlines->head.next == &deadlines->head;
    deadline->next = deadlines->head.next;
    deadline->previous = &deadlines->head;
    deadline->next->previous = deadline;
    deadlines->head.next = deadline;
    /* Only an empty table lets the thread sleep without a timer. */
    if (is_first) {
        pthread_cond_signal(&deadlines->changed);
    }
    pthread_mutex_unlock(&deadlines->lock);
}

void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline)
{
    pthread_mutex_lock(&deadlines->lock);
    deadline->next->previous = deadline->previous;
    deadline->previous->next = deadline->next;
    pthread_mutex_unlock(&deadlines->lock);
}

void deadline_set(struct deadline *deadline, enum deadline_for turn, unsigned seconds)
{
    deadline->turn = turn;
    deadline->due_ms = now_ms() + (int64_t)seconds * 1000;
}

void deadline_clear(struct deadline *deadline)
{
    deadline->due_ms = NEVER;
}
