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
#include "server/http/hold.h"
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

/* How the answer ends for who asked. */
enum delivery_end {
    DELIVERY_WHOLE,
    DELIVERY_CLOSE, /* not a byte of it is sent: the connection ends as if it were over (FIN) */
    DELIVERY_RESET, /* nor here, and the connection is reset (RST) */
    DELIVERY_CUT,   /* its head, with the full Content-Length, and the first bytes of its body */
    DELIVERY_MALFORMED, /* chunked, with a size that is no number */
};

/* How the answer is sent. All zero: whole, at once. What is about a body does nothing to an answer
 * without one (HEAD, 204, 304). */
struct delivery {
    enum delivery_end end;
    size_t cut;           /* bytes of the body; as many as it has, or more: whole */
    size_t dribble_bytes; /* of the body at a time; 0: all */
    unsigned dribble_ms;  /* between one piece and the next */
};

/* What became of the exchange; known once it is closed. */
enum fate {
    FATE_SENT,      /* every byte of the answer was sent */
    FATE_CUT,       /* by its delivery: the head, but no whole and sound body */
    FATE_DROPPED,   /* not a byte, by its delivery; or there was no answer, and it is our doing */
    FATE_RESET,     /* not a byte, by its delivery */
    FATE_GONE,      /* the client left, or was cut off for being slow */
    FATE_MALFORMED, /* the library refused its body (a chunk that is none) and answered itself */
};

struct exchange {
    struct exchange *next; /* in the stock */
    enum stage stage;
    int64_t number; /* of the request, counted since the start */
    struct request request;
    struct refusal refusal; /* the gate's; its status is 0 when there is none */
    struct response response;
    struct delivery delivery;  /* of the response; may be set until it is sent */
    enum fate fate;            /* once it is closed */
    struct hold hold;          /* the wire's: how it waits */
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

#define EXCHANGE_WAIT_LONG INT64_MAX

/* Who answers. `open`, `answer` and `close` are called once for an exchange, in this order, from
 * several threads at once. */
struct exchange_hooks {
    /* The gate has spoken: whom does this go to, and what time is it? May set exchange->call. */
    void (*open)(void *context, struct exchange *exchange);
    /* Fills the response, by a handler, or by exchange->refusal when its status is not 0. */
    void (*answer)(void *context, struct exchange *exchange);
    /* Nothing more will happen; the answer may have been cut, or there was none (stage, fate). */
    void (*close)(void *context, const struct exchange *exchange);
    /* Is it to wait? Asked at STAGE_HELD_BEFORE and at STAGE_HELD_AFTER (exchange->stage says
     * which), and again each time that what it said is over or the exchange was waked: 0, it goes
     * on; else the milliseconds after which to ask again, or EXCHANGE_WAIT_LONG. No thread waits:
     * the connection is suspended, no deadline runs, and a client that leaves is noticed within a
     * second (then `close` is called, nothing else). What the gate refused is not asked for. While
     * the server stops it is still asked, once a stage, and goes on whatever is said. NULL: never
     * waits. */
    int64_t (*wait)(void *context, struct exchange *exchange);
    /* The library refused by itself what came, and answered (400, 413, 431), before the gate saw
     * it: a header without a colon, headers too large, a length that is none. Neither `open` nor
     * `close` is called; of the request only `path` and `query` are known, its method is
     * METHOD_OTHER and it has no headers. What is refused later, a broken chunk, was opened and is
     * closed, with FATE_MALFORMED. A line that is itself refused (no version, another one, 48 KiB)
     * is told with an empty path, if it was the first of its connection and came without TLS. NULL:
     * nobody wants to know. */
    void (*malformed)(void *context, const struct exchange *exchange);
};

/* Leads the exchange on, each step once. `exchange_judge` comes when the headers are whole; then
 * `exchange_answer`, when the request is whole or refused, to the end of STAGE_HELD_AFTER; then
 * `exchange_close`.
 *
 * `exchange_answer` says 0 when the answer may be sent, else how long to wait, as hooks->wait does:
 * whoever called it calls again then. */
void exchange_judge(struct exchange *exchange, const struct gate *gate,
                    const struct exchange_hooks *hooks, void *context);
int64_t exchange_answer(struct exchange *exchange, const struct exchange_hooks *hooks,
                        void *context);
void exchange_close(struct exchange *exchange, const struct exchange_hooks *hooks, void *context);

/* `exchange_answer` again and again. False: the exchange waits, and its connection is suspended;
 * the library calls once it is resumed, and so does whoever called this. It needs its `hold`. */
bool exchange_lead_on(struct exchange *exchange, const struct exchange_hooks *hooks, void *context);

/* Settles the fate, unless that is known, and closes the exchange, or says that it was malformed.
 * ENDED_WELL: something was answered, by us or by the library, and sent; ENDED_BY_US: we broke it
 * off, or the library did; ENDED_BY_CLIENT: it left, or the server stopped. */
enum ending { ENDED_WELL, ENDED_BY_US, ENDED_BY_CLIENT };
void exchange_end(struct exchange *exchange, enum ending ending, const struct exchange_hooks *hooks,
                  void *context);

/* Has hooks->wait asked again, soon and on the exchange's own thread, if it waits or is just being
 * asked. From any thread, hooks->wait itself too, and as often as one likes, from hooks->open until
 * hooks->close is called: a lock of the caller's, which its `close` takes too, has to see to that.
 * hooks->wait may take the same lock. */
void exchange_wake(struct exchange *exchange);

/* True from when the server stops: nothing waits any more. */
bool exchange_is_stopping(const struct exchange *exchange);

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

/* For a line that the library refused, which never became an exchange: says that it was malformed.
 */
void exchanges_tell_line(struct exchanges *exchanges, const struct exchange_hooks *hooks,
                         void *context);

#endif
