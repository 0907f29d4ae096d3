/* A request and its answer while they are on the wire, and the stock of those that are not in use. */
#ifndef MAKESHIFT_HTTP_EXCHANGE_H
#define MAKESHIFT_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "server/http/deadlines.h"
#include "server/http/request.h"
#include "server/http/response.h"

struct exchange {
    struct exchange *next; /* in the stock */
    struct request request;
    struct response response;
    struct deadline *deadline; /* of its connection */
    const char *target;        /* a copy, as it stood on the request line */
    const char *target_at;     /* where it stood; to compare with, not to read */
    char *body;
    size_t body_room;
    size_t body_max;
    size_t body_dropped; /* bytes beyond what a body may have */
    bool is_open;        /* its headers are whole: it counts as in flight */
};

/* Shared by all threads. */
struct exchanges;

struct exchanges *exchanges_new(void); /* NULL: broken, logged */
void exchanges_free(struct exchanges *exchanges);

/* An empty one, with an arena; and back, with everything in that arena forgotten. */
struct exchange *exchange_take(struct exchanges *exchanges);
void exchange_give(struct exchanges *exchanges, struct exchange *exchange);

/* From here until it is given back the exchange is in flight. False: too late, exchanges_wait is over. */
bool exchange_open(struct exchanges *exchanges, struct exchange *exchange);

/* Appends to the request's body; what exceeds body_max is counted as dropped. */
void exchange_put(struct exchange *exchange, const char *bytes, size_t size);

/* When the request was refused for its size: true when the body that it announces is small enough to be read and dropped
 * before it is told so. Over TLS that has to be: who still sends when the connection closes never reads the answer. */
#define EXCHANGE_DROPPED_MAX (16 * 1024 * 1024)
bool exchange_drops_body(struct exchange *exchange);

/* Answers close their connection from now on. NULL is fine here, and for exchanges_wait. */
void exchanges_drain(struct exchanges *exchanges);
bool exchanges_are_draining(struct exchanges *exchanges);

/* Waits until none is in flight, until that moment of the monotonic clock at most; from then on none is opened. After exchanges_drain. */
void exchanges_wait(struct exchanges *exchanges, const struct timespec *until);
bool exchanges_are_over(struct exchanges *exchanges);

#endif
