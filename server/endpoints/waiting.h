/* A call of the control door that waits for something to come true. */
#ifndef MAKESHIFT_ENDPOINTS_WAITING_H
#define MAKESHIFT_ENDPOINTS_WAITING_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"
#include "server/tenant/watchers.h"

/* Zeroed at first. */
struct waiting {
    bool watches;
    struct watcher watcher; /* of the journal: each entry has it asked again */
    int64_t began;          /* microseconds of the monotonic clock; 0: it was not asked yet */
    int64_t looked_to;      /* the entry of the journal up to which it was not so */
};

/* Milliseconds that it waits before it is asked again; 0: it is over. */
int64_t waiting_left(struct call *call, struct exchange *exchange, struct waiting *waiting);

/* The call is over; it may never have waited. */
void waiting_leave(struct call *call, struct waiting *waiting);

#endif
