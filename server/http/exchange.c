#include "server/http/exchange.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/http/gate.h"
#include "server/http/target.h"

#define STOCK_MAX 64 /* kept; a burst's surplus goes back to the heap */
#define BODY_ROOM_FIRST 1024
/* A bit of in_flight: none is opened behind the last look at it. */
#define OVER (SIZE_MAX / 2 + 1)

struct exchanges {
    pthread_mutex_t lock; /* of the stock */
    pthread_cond_t idle;
    struct exchange *stock;
    size_t stock_size;
    atomic_size_t in_flight;
    _Atomic int64_t count; /* of all so far */
    atomic_bool draining;
};

struct exchanges *exchanges_new(void)
{
    struct exchanges *exchanges = memory_new(sizeof(*exchanges));
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&exchanges->lock, NULL);
    pthread_cond_init(&exchanges->idle, &attributes);
    pthread_condattr_destroy(&attributes);
    return exchanges;
}

static void exchange_free(struct exchange *exchange)
{
    arena_free(exchange->request.arena);
    free(exchange);
}

void exchanges_free(struct exchanges *exchanges)
{
    if (exchanges == NULL) {
        return;
    }
    while (exchanges->stock != NULL) {
        struct exchange *exchange = exchanges->stock;
        exchanges->stock = exchange->next;
        exchange_free(exchange);
    }
    pthread_cond_destroy(&exchanges->idle);
    pthread_mutex_destroy(&exchanges->lock);
    free(exchanges);
}

/* The last one given is the first taken: its memory is still in a cache. */
static struct exchange *from_stock(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    struct exchange *exchange = exchanges->stock;
    if (exchange != NULL) {
        exchanges->stock = exchange->next;
        exchanges->stock_size--;
    }
    pthread_mutex_unlock(&exchanges->lock);
    return exchange;
}

struct exchange *exchange_take(struct exchanges *exchanges)
{
    struct exchange *exchange = from_stock(exchanges);
    if (exchange == NULL) {
        exchange = memory_new(sizeof(*exchange));
        exchange->request.arena = arena_new();
    }
    struct arena *arena = exchange->request.arena;
    *exchange = (struct exchange){.request.arena = arena, .response.arena = arena};
    return exchange;
}

static void leave(struct exchanges *exchanges)
{
    if (atomic_fetch_sub(&exchanges->in_flight, 1) != 1 || !exchanges->draining) {
        return;
    }
    pthread_mutex_lock(&exchanges->lock);
    pthread_cond_broadcast(&exchanges->idle);
    pthread_mutex_unlock(&exchanges->lock);
}

void exchange_give(struct exchanges *exchanges, struct exchange *exchange)
{
    bool was_in_flight = exchange->is_in_flight;
    arena_reset(exchange->request.arena);
    pthread_mutex_lock(&exchanges->lock);
    bool fits = exchanges->stock_size < STOCK_MAX;
    if (fits) {
        exchange->next = exchanges->stock;
        exchanges->stock = exchange;
        exchanges->stock_size++;
    }
    pthread_mutex_unlock(&exchanges->lock);
    if (!fits) {
        exchange_free(exchange);
    }
    if (was_in_flight) {
        leave(exchanges);
    }
}

bool exchange_enter(struct exchanges *exchanges, struct exchange *exchange)
{
    exchange->is_in_flight = (atomic_fetch_add(&exchanges->in_flight, 1) & OVER) == 0;
    exchange->number = atomic_fetch_add(&exchanges->count, 1) + 1;
    return exchange->is_in_flight;
}

void exchange_judge(struct exchange *exchange, const struct gate *gate,
                    const struct exchange_hooks *hooks, void *context)
{
    if (exchange->stage != STAGE_READ) {
        return;
    }
    exchange->stage = STAGE_JUDGED;
    exchange->body_max = gate_body_max(gate, &exchange->request);
    exchange->refusal = gate_judge(gate, &exchange->request);
    hooks->open(context, exchange);
}

static void handle(struct exchange *exchange, const struct exchange_hooks *hooks, void *context)
{
    struct response *response = &exchange->response;
    hooks->answer(context, exchange);
    if (response->status == 0) {
        log_message(LOG_ERROR, "%s was not answered by its handler", exchange->request.path);
        response_body_static(response, 500, "application/json", "{\"error\":\"server_error\"}", 24);
        response->close = true;
    }
    /* RFC 9112 9.6: what the gate refuses may leave client and server out of step. */
    if (exchange->refusal.status != 0) {
        response->close = true;
    }
}

/* 0: it goes on. */
static int64_t wait_for(struct exchange *exchange, const struct exchange_hooks *hooks,
                        void *context)
{
    if (hooks->wait == NULL || exchange->refusal.status != 0) {
        return 0;
    }
    int64_t ms = hooks->wait(context, exchange);
    return ms > 0 && !exchange_is_stopping(exchange) ? ms : 0;
}

int64_t exchange_answer(struct exchange *exchange, const struct exchange_hooks *hooks,
                        void *context)
{
    if (exchange->stage == STAGE_JUDGED) {
        exchange->stage = STAGE_HELD_BEFORE;
    }
    if (exchange->stage == STAGE_HELD_BEFORE) {
        int64_t ms = wait_for(exchange, hooks, context);
        if (ms != 0) {
            return ms;
        }
        exchange->stage = STAGE_HANDLED;
        handle(exchange, hooks, context);
    }
    if (exchange->stage == STAGE_HANDLED) {
        exchange->stage = STAGE_HELD_AFTER;
    }
    return exchange->stage == STAGE_HELD_AFTER ? wait_for(exchange, hooks, context) : 0;
}

bool exchange_lead_on(struct exchange *exchange, const struct exchange_hooks *hooks, void *context)
{
    for (;;) {
        hold_begin(&exchange->hold);
        int64_t ms = exchange_answer(exchange, hooks, context);
        if (ms == 0) {
            return true;
        }
        if (hold_wait(&exchange->hold, ms)) {
            return false;
        }
    }
}

void exchange_wake(struct exchange *exchange)
{
    hold_wake(&exchange->hold);
}

bool exchange_is_stopping(const struct exchange *exchange)
{
    return holds_are_over(exchange->hold.holds);
}

void exchange_close(struct exchange *exchange, const struct exchange_hooks *hooks, void *context)
{
    if (exchange->stage != STAGE_READ && exchange->stage != STAGE_CLOSED) {
        hooks->close(context, exchange);
    }
    exchange->stage = STAGE_CLOSED;
}

/* What the library ends before we answer, it has refused: for the rest the fate is known by then.
 */
static enum fate fate_of(const struct exchange *exchange, enum ending ending)
{
    if (exchange->fate != FATE_SENT) {
        return exchange->fate;
    }
    if (exchange->stage == STAGE_SENT && ending == ENDED_WELL) {
        return FATE_SENT;
    }
    bool is_early = exchange->stage == STAGE_READ || exchange->stage == STAGE_JUDGED;
    return is_early && ending != ENDED_BY_CLIENT ? FATE_MALFORMED : FATE_GONE;
}

static void tell_malformed(struct exchange *exchange, const struct exchange_hooks *hooks,
                           void *context)
{
    if (hooks->malformed == NULL) {
        return;
    }
    exchange->request.method = METHOD_OTHER;
    target_parse(&exchange->request, exchange->target);
    if (*exchange->target == '\0') {
        exchange->request.path = ""; /* nobody knows it */
    }
    hooks->malformed(context, exchange);
}

void exchange_end(struct exchange *exchange, enum ending ending, const struct exchange_hooks *hooks,
                  void *context)
{
    exchange->fate = fate_of(exchange, ending);
    exchange->is_whole = exchange->fate == FATE_SENT;
    if (exchange->stage == STAGE_READ && exchange->fate == FATE_MALFORMED) {
        tell_malformed(exchange, hooks, context);
    }
    exchange_close(exchange, hooks, context);
}

/* Doubles, so that chunks of a byte don't copy the body each time. One byte stays for a NUL. */
static void make_room(struct exchange *exchange, size_t size)
{
    size_t room = exchange->body_room == 0 ? BODY_ROOM_FIRST : exchange->body_room;
    while (room < size + 1) {
        room *= 2;
    }
    if (room == exchange->body_room) {
        return;
    }
    char *body = arena_alloc(exchange->request.arena, room);
    if (exchange->body != NULL) {
        memcpy(body, exchange->body, exchange->request.body_size);
    }
    exchange->body = body;
    exchange->body_room = room;
}

void exchange_put(struct exchange *exchange, const char *bytes, size_t size)
{
    struct request *request = &exchange->request;
    if (exchange->body_dropped > 0 || request->body_size + size > exchange->body_max) {
        exchange->body_dropped += size;
        return;
    }
    make_room(exchange, request->body_size + size);
    memcpy(exchange->body + request->body_size, bytes, size);
    request->body_size += size;
    exchange->body[request->body_size] = '\0';
    request->body = exchange->body;
}

bool exchange_drops_body(struct exchange *exchange)
{
    const char *length = request_header(&exchange->request, "Content-Length");
    int64_t size;
    exchange->body_max = 0;
    return exchange->refusal.status == 413 && length != NULL &&
           str_to_int64(length, 0, EXCHANGE_DROPPED_MAX, &size);
}

void exchanges_drain(struct exchanges *exchanges)
{
    if (exchanges != NULL) {
        exchanges->draining = true;
    }
}

bool exchanges_are_draining(struct exchanges *exchanges)
{
    return exchanges->draining;
}

void exchanges_wait(struct exchanges *exchanges, const struct timespec *until)
{
    if (exchanges == NULL) {
        return;
    }
    pthread_mutex_lock(&exchanges->lock);
    size_t none = 0;
    while (!atomic_compare_exchange_strong(&exchanges->in_flight, &none, OVER) &&
           pthread_cond_timedwait(&exchanges->idle, &exchanges->lock, until) == 0) {
        none = 0;
    }
    atomic_fetch_or(&exchanges->in_flight, OVER);
    pthread_mutex_unlock(&exchanges->lock);
}

bool exchanges_are_over(struct exchanges *exchanges)
{
    return (exchanges->in_flight & OVER) != 0;
}

void exchanges_tell_line(struct exchanges *exchanges, const struct exchange_hooks *hooks,
                         void *context)
{
    struct exchange *exchange = exchange_take(exchanges);
    exchange->target = "";
    exchange_end(exchange, ENDED_BY_US, hooks, context);
    exchange_give(exchanges, exchange);
}
