/* The top of the wire: one entry for every request, whatever its path. */
#ifndef MAKESHIFT_ENDPOINTS_ENDPOINTS_H
#define MAKESHIFT_ENDPOINTS_ENDPOINTS_H

#include "server/http/exchange.h"
#include "server/make/make.h"
#include "server/oauth/tenant.h"

struct endpoints;

/* Prepares the documents that do not change while the server runs. `tenant` is borrowed and must be
 * whole. NULL when the store is broken (logged). */
struct endpoints *endpoints_new(struct tenant *tenant, struct make *make);
void endpoints_free(struct endpoints *endpoints); /* NULL is fine */

/* How it answers; the context is a struct endpoints. */
extern const struct exchange_hooks endpoints_hooks;

#endif
