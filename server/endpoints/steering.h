/* What steers one call on its way: latches that hold it, faults that are its own, and the journal
 * that is told of it. */
#ifndef MAKESHIFT_ENDPOINTS_STEERING_H
#define MAKESHIFT_ENDPOINTS_STEERING_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"

/* Begins, when the call is opened. */
void steering_open(struct call *call);

/* hooks->wait of struct exchange_hooks. Before an answer goes out, it stands in the journal. */
int64_t steering_wait(struct call *call, struct exchange *exchange);

/* For the handler of this call, once the tenant is as it sees it: which tokens are to be bad. */
void steering_spoil(struct call *call);

/* True when a fault answers in the handler's place; then it has. */
bool steering_answers(struct call *call);

/* At the authorization endpoint, once the client may be told (RFC 6749 4.1.2.1), where a fault is
 * to tell it an error: true, and it is told. */
bool steering_tells(struct call *call);

/* Tells the journal of a call that is answered: once, however often it is called. */
void steering_note(struct call *call);

/* Ends it: whatever holds the call does so no more, and the journal learns what became of it. */
void steering_close(struct call *call, const struct exchange *exchange);

#endif
