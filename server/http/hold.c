#include "server/http/hold.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/memory.h"

struct holds {
    const struct hold_means *means;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct hold head;     /* of a ring: those that wait */
    int64_t sleeps_until; /* the thread */
    int64_t look_at;      /* when it looks for clients that left */
    struct pollfd *polled;
    size_t count, room; /* of those that wait; of `polled` */
    atomic_bool over;
    bool stopping; /* the thread */
};

/* Takes it out of the ring, and its connection goes on. */
static void release(struct hold *hold)
{
    hold->next->previous = hold->previous;
    hold->previous->next = hold->next;
    hold->is_waiting = false;
    hold->holds->count--;
    hold->holds->means->resume(hold->connection);
}

static void release_due(struct holds *holds, int64_t now)
{
    for (struct hold *at = holds->head.next, *next; at != &holds->head; at = next) {
        next = at->next;
        if (at->due_ms <= now) {
            release(at);
        }
    }
}

/* A client that closed, or only its half: who sends no more does not wait for an answer either, as
 * far as the library is concerned. */
static void release_gone(struct holds *holds)
{
    if (holds->count > holds->room) {
        holds->room = holds->count * 2;
        free(holds->polled);
        holds->polled = memory_new(holds->room * sizeof(*holds->polled));
    }
    nfds_t count = 0;
    for (struct hold *at = holds->head.next; at != &holds->head; at = at->next) {
        holds->polled[count++] = (struct pollfd){.fd = at->fd, .events = POLLRDHUP};
    }
    if (poll(holds->polled, count, 0) <= 0) {
        return;
    }
    const struct pollfd *polled = holds->polled;
    for (struct hold *at = holds->head.next, *next; at != &holds->head; at = next, polled++) {
        next = at->next;
        if (polled->revents != 0) {
            at->is_gone = true;
            release(at);
        }
    }
}

static int64_t next_due(const struct holds *holds)
{
    int64_t due = holds->look_at;
    for (const struct hold *at = holds->head.next; at != &holds->head; at = at->next) {
        due = at->due_ms < due ? at->due_ms : due;
    }
    return due;
}

static void sleep_until(struct holds *holds, int64_t until)
{
    const struct timespec moment = {.tv_sec = (time_t)(until / 1000),
                                    .tv_nsec = (long)(until % 1000) * 1000000};
    holds->sleeps_until = until;
    pthread_cond_timedwait(&holds->changed, &holds->lock, &moment);
    holds->sleeps_until = 0;
}

static void *watch(void *context)
{
    struct holds *holds = context;
    pthread_mutex_lock(&holds->lock);
    while (!holds->stopping) {
        if (holds->count == 0) {
            holds->sleeps_until = INT64_MAX;
            pthread_cond_wait(&holds->changed, &holds->lock);
            holds->look_at = clock_ticks_ms() + HOLD_LOOK_MS;
            continue;
        }
        sleep_until(holds, next_due(holds));
        int64_t now = clock_ticks_ms();
        release_due(holds, now);
        if (holds->look_at <= now) {
            release_gone(holds);
            holds->look_at = clock_ticks_ms() + HOLD_LOOK_MS;
        }
    }
    pthread_mutex_unlock(&holds->lock);
    return NULL;
}

static void destroy(struct holds *holds)
{
    pthread_cond_destroy(&holds->changed);
    pthread_mutex_destroy(&holds->lock);
    free(holds->polled);
    free(holds);
}

struct holds *holds_new(const struct hold_means *means)
{
    struct holds *holds = memory_new(sizeof(*holds));
    holds->means = means;
    holds->head.next = &holds->head;
    holds->head.previous = &holds->head;

    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&holds->lock, NULL);
    pthread_cond_init(&holds->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    int error = pthread_create(&holds->thread, NULL, watch, holds);
    if (error == 0) {
        return holds;
    }
    log_message(LOG_ERROR, "cannot start a thread: %s", strerror(error));
    destroy(holds);
    return NULL;
}

void holds_free(struct holds *holds)
{
    if (holds == NULL) {
        return;
    }
    pthread_mutex_lock(&holds->lock);
    holds->stopping = true;
    pthread_cond_signal(&holds->changed);
    pthread_mutex_unlock(&holds->lock);
    pthread_join(holds->thread, NULL);
    destroy(holds);
}

void holds_end(struct holds *holds)
{
    if (holds == NULL) {
        return;
    }
    pthread_mutex_lock(&holds->lock);
    holds->over = true;
    while (holds->head.next != &holds->head) {
        release(holds->head.next);
    }
    pthread_mutex_unlock(&holds->lock);
}

bool holds_are_over(struct holds *holds)
{
    return holds != NULL && holds->over;
}

void hold_begin(struct hold *hold)
{
    hold->is_waked = false;
}

static void enter(struct holds *holds, struct hold *hold)
{
    hold->is_waiting = true;
    hold->next = holds->head.next;
    hold->previous = &holds->head;
    hold->next->previous = hold;
    holds->head.next = hold;
    holds->count++;
    if (hold->due_ms < holds->sleeps_until) {
        pthread_cond_signal(&holds->changed);
    }
}

bool hold_wait(struct hold *hold, int64_t ms)
{
    struct holds *holds = hold->holds;
    if (holds == NULL) {
        return false;
    }
    int64_t now = clock_ticks_ms();
    pthread_mutex_lock(&holds->lock);
    bool waits = !hold->is_waked && !hold->is_gone && !holds->over;
    if (waits) {
        /* Of the millisecond that has begun nobody knows how much is left: never too early. */
        hold->due_ms = ms < INT64_MAX - 1 - now ? now + ms + 1 : INT64_MAX - 1;
        /* With the lock held: whoever wakes it finds a connection that is suspended. */
        holds->means->suspend(hold->connection);
        enter(holds, hold);
    }
    pthread_mutex_unlock(&holds->lock);
    return waits;
}

void hold_wake(struct hold *hold)
{
    if (hold->holds == NULL) {
        return;
    }
    pthread_mutex_lock(&hold->holds->lock);
    hold->is_waked = true;
    if (hold->is_waiting) {
        release(hold);
    }
    pthread_mutex_unlock(&hold->holds->lock);
}

bool hold_is_gone(const struct hold *hold)
{
    return hold->is_gone;
}
