/* Latches: requests that a match fits are held, before their handler or behind it, until a test
 * lets them go, in an order that it chooses. So a race is made on purpose.
 *
 * Thread-safe: one lock. Waking and dropping is the holder's: nothing here knows of connections. */
#ifndef MAKESHIFT_TENANT_LATCHES_H
#define MAKESHIFT_TENANT_LATCHES_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/base/shape.h"
#include "server/tenant/fault_shape.h"

#define LATCH_TIMEOUT_MS 30000 /* where nothing is said */
#define LATCH_TIMEOUT_MAX_MS 600000
#define LATCHES_MAX 1000

enum latch_when { LATCH_BEFORE, LATCH_AFTER };

enum held_state {
    HELD_NOT,      /* no latch has it */
    HELD_WAITS,    /* one has, until it is waked or `until` is past */
    HELD_RELEASED, /* it goes on */
    HELD_DROPPED,  /* it is not answered */
};

struct latch;

/* One request, as a latch has it; lives with the request. Zeroed at first. */
struct held {
    struct held *next; /* in its latch */
    struct latch *latch;
    enum held_state state; /* under the latches' lock: read it by latches_state */
    int64_t number;        /* in its latch: 1, 2, ... in order of arrival */
    int64_t latch_id;      /* 0: it never was in one */
    int64_t until;         /* on the clock that `now` is of; milliseconds */
    json_t *doing; /* HELD_RELEASED: what it is released with, as of a fault; NULL: nothing */
    enum fault_stage stage; /* of that */
    void (*wake)(void *context);
    void *context;
};

struct latches;

struct latches *latches_new(void);
void latches_free(struct latches *latches); /* nothing is held any more; NULL is fine */

/* Whether there is any: for who would otherwise make a subject for nobody. */
bool latches_any(const struct latches *latches);

/* {"match"?, "when"?, "timeout"?} */
extern const struct shape latch_shape;
/* {"all"?, "count"?, "order"?, "drop"?, "do"?} */
extern const struct shape latch_release_shape;

/* Each gives a new reference to what the latch is then; NULL: there is none of that id (of `add`:
 * there are too many). */
json_t *latches_add(struct latches *latches, const json_t *given);
json_t *latches_get(struct latches *latches, int64_t id);
json_t *latches_list(struct latches *latches);

/* How many it holds at the moment; negative: there is none of that id. */
int64_t latches_holding(struct latches *latches, int64_t id);

/* Lets go of some: `all`, `count` of those that came first, those of these numbers in this `order`,
 * or not at all of those that it is to `drop`. To who is let go happens what `do` says, as by a
 * fault. NULL and `*refusal` with a pointer: what was asked names one that is not held, or does
 * what cannot be done where the latch holds, and nothing was let go. */
json_t *latches_release(struct latches *latches, int64_t id, const json_t *given,
                        struct fault_refusal *refusal);

/* Deletes it, and lets go of what it holds; of all. 0; 1: there is none. */
MUST_USE int latches_delete(struct latches *latches, int64_t id);
void latches_empty(struct latches *latches);

/* Holds the request if the oldest latch that fits it is still closed: true. `now` in milliseconds
 * of a clock that does not jump. */
bool latches_catch(struct latches *latches, enum latch_when when, const json_t *subject,
                   struct held *held, int64_t now);

/* How it stands. Past its time the whole latch lets go. */
enum held_state latches_state(struct latches *latches, struct held *held, int64_t now);

/* It is over: whoever left is not held any more, and what it was released with is forgotten. Not
 * held is fine. */
void latches_leave(struct latches *latches, struct held *held);

#endif
