/* What the log says of a call. */
#ifndef MAKESHIFT_ENDPOINTS_CALL_LOG_H
#define MAKESHIFT_ENDPOINTS_CALL_LOG_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"

/* Once it is answered: why it was refused, and what happened by it. */
void call_log_verdict(const struct call *call);

/* Once it is closed, at level debug: who answered what, and whether it arrived. */
void call_log_end(const struct call *call, const struct exchange *exchange);

#endif
