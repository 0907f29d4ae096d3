/* An exchange: one call, from its first header to its last byte. What came, what the gate said of
 * it, what was answered, and how far it is; and the stock of those that are not in use. */
#ifndef MAKESHIFT_HTTP_EXCHANGE_H
#define MAKESHIFT_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "server/http/deadlines.h"
#include "server/http/gate.h"
#include "server/http/request.h"
#include "server/http/response.h"

/* What has happened to an exchange. It only goes on, so that nothing happens twice, whoever calls
 * again. */
enum stage {
    STAGE_READ,        /* nothing yet: its line and headers are coming */
    STAGE_JUDGED,      /* the gate has spoken; the body is coming */
    STAGE_HELD_BEFORE, /* the request is whole, and nobody has seen it */
    STAGE_HANDLED,     /* it is answered */
    STAGE_HELD_AFTER,  /* and nobody has seen the answer */
    STAGE_SENT,        /* the library has the answer */
    STAGE_CLOSED,      /* the last byte is sent, or the client is gone */
};

struct exchange {
    struct exchange *next; /* in the stock */
    enum stage stage;
    int64_t number; /* of the request, counted since the start */
    struct request request;
    struct refusal refusal; /* the gate's; its status is 0 when there is none */
    struct response response;
    void *call;                /* of whoever answers, in the request's arena; NULL: not opened */
    bool is_whole;             /* once it is closed: every byte of the answer was sent */
    struct deadline *deadline; /* of its connection */
    const char *target;        /* a copy, as it stood on the request line */
    const char *target_at;     /* where it stood; to compare with, not to read */
    char *body;
    size_t body_room;
    size_t body_max;
    size_t body_dropped; /* bytes beyond what a body may have */
    bool is_in_flight;   /* its headers are whole */
};

/* Who answers. Each is called once for an exchange, in this order, from several threads at once. */
struct exchange_hooks {
    /* The gate has spoken: whom does this go to, and what time is it? May set exchange->call. */
    void (*open)(void *context, struct exchange *exchange);
    /* Fills the response, by a handler, or by exchange->refusal when its status is not 0. */
    void (*answer)(void *context, struct exchange *exchange);
    /* Nothing more will happen; the answer may have been cut, or there was none (stage). */
    void (*close)(void *context, const struct exchange *exchange);
};

/* Leads the exchange on, each step once. `exchange_judge` comes when the headers are whole; then
 * `exchange_answer`, when the request is whole or refused, to STAGE_HELD_AFTER; then
 * `exchange_close`. A stage in between is a place to wait: whoever holds an exchange there returns,
 * and calls again later. */
void exchange_judge(struct exchange *exchange, const struct gate *gate,
                    const struct exchange_hooks *hooks, void *context);
void exchange_answer(struct exchange *exchange, const struct exchange_hooks *hooks, void *context);
void exchange_close(struct exchange *exchange, const struct exchange_hooks *hooks, void *context);

/* Shared by all threads. */
struct exchanges;

struct exchanges *exchanges_new(void); /* NULL: broken, logged */
void exchanges_free(struct exchanges *exchanges);

/* An empty one, with an arena; and back, with everything in that arena forgotten. */
struct exchange *exchange_take(struct exchanges *exchanges);
void exchange_give(struct exchanges *exchanges, struct exchange *exchange);

/* From here until it is given back the exchange is in flight, and has a number. False: too late,
 * exchanges_wait is over. */
bool exchange_enter(struct exchanges *exchanges, struct exchange *exchange);

/* Appends to the request's body; what exceeds body_max is counted as dropped. */
void exchange_put(struct exchange *exchange, const char *bytes, size_t size);

/* When the request was refused for its size: true when the body that it announces is small enough
 * to be read and dropped before it is told so. Over TLS that has to be: who still sends when the
 * connection closes never reads the answer. */
#define EXCHANGE_DROPPED_MAX (16 * 1024 * 1024)
bool exchange_drops_body(struct exchange *exchange);

/* Answers close their connection from now on. NULL is fine here, and for exchanges_wait. */
void exchanges_drain(struct exchanges *exchanges);
bool exchanges_are_draining(struct exchanges *exchanges);

/* Waits until none is in flight, until that moment of the monotonic clock at most; from then on
 * none is opened. After exchanges_drain. */
void exchanges_wait(struct exchanges *exchanges, const struct timespec *until);
bool exchanges_are_over(struct exchanges *exchanges);

#endif
