/* What the wire refused by itself, before anybody else saw it. */
#ifndef MAKESHIFT_ENDPOINTS_MALFORMED_H
#define MAKESHIFT_ENDPOINTS_MALFORMED_H

#include "server/base/attr.h"
#include "server/endpoints/site.h"
#include "server/http/exchange.h"
#include "server/oauth/error.h"

/* Why it is in the journal: check "malformed". */
MUST_USE struct verdict malformed_verdict(void);

/* The same in the log. */
void malformed_log(const struct exchange *exchange);

/* Tells the journal of the tenant whose path it has; there is no status. */
void malformed_note(const struct site *site, const struct exchange *exchange);

#endif
