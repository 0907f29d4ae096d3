/* A call that is delayed: by a fault, or by what a latch let it go with. */
#ifndef MAKESHIFT_ENDPOINTS_DELAY_H
#define MAKESHIFT_ENDPOINTS_DELAY_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"
#include "server/tenant/fault_plan.h"
#include "server/tenant/watchers.h"

/* Zeroed at first. */
struct delay {
    bool has_begun;
    int64_t until;          /* milliseconds of the monotonic clock */
    struct watcher watcher; /* of what may end it early */
};

/* Milliseconds that it still lasts, from the first time this is asked. It is over before its time
 * when the fault or the latch that it comes of is gone, or the tenant is: each has it asked again.
 */
int64_t delay_left(struct call *call, struct exchange *exchange, const struct fault_plan *plan,
                   struct delay *delay);

/* The call is over; it may never have been delayed. */
void delay_leave(struct call *call, struct delay *delay);

#endif
