/* What steers one call on its way: latches that hold it, and the journal that is told of it. */
#ifndef MAKESHIFT_ENDPOINTS_STEERING_H
#define MAKESHIFT_ENDPOINTS_STEERING_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"

/* Begins, when the call is opened. */
void steering_open(struct call *call);

/* hooks->wait of struct exchange_hooks. Before an answer goes out, it stands in the journal. */
int64_t steering_wait(struct call *call, struct exchange *exchange);

/* Tells the journal of a call that is answered: once, however often it is called. */
void steering_note(struct call *call);

/* Ends it: whatever holds the call does so no more, and the journal learns what became of it. */
void steering_close(struct call *call, const struct exchange *exchange);

#endif
