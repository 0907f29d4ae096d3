/* What a fault does to an answer. */
#ifndef MAKESHIFT_ENDPOINTS_MISCHIEF_H
#define MAKESHIFT_ENDPOINTS_MISCHIEF_H

#include "server/endpoints/call.h"
#include "server/http/exchange.h"
#include "server/tenant/fault_plan.h"

/* Answers in the place of the handler, which is not called: with what the plan has, or with nothing
 * that anybody will see where the plan ends the connection. */
void mischief_answer(struct call *call, const struct fault_plan *plan);

/* Whether the answer has members or parameters, to be changed. */
bool mischief_finds_something(const struct call *call);

/* Changes the answer that the handler has given. */
void mischief_change(struct call *call, const struct fault_plan *plan);

/* Headers as the plan has them, over all that the answer was given besides; and the mark. */
void mischief_mark(struct call *call, const struct fault_plan *plan);

/* How the answer goes out. */
void mischief_deliver(struct exchange *exchange, const struct fault_plan *plan);

#endif
