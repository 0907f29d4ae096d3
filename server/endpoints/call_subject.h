/* A call as matches and the journal see it. */
#ifndef MAKESHIFT_ENDPOINTS_CALL_SUBJECT_H
#define MAKESHIFT_ENDPOINTS_CALL_SUBJECT_H

#include "server/endpoints/call.h"
#include "server/tenant/latches.h"
#include "server/tenant/subject.h"

/* What came, and what is known of it by now. Borrows from the call. */
struct subject call_subject(struct call *call);

/* Adds what was answered. */
void call_subject_answered(const struct call *call, struct subject *subject);

/* As JSON: before the handler with what the token that was sent tells; after it with the answer. A
 * new reference. */
json_t *call_subject_json(struct call *call, enum latch_when when);

#endif
