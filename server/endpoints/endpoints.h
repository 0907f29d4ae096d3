/* The top of the wire: one entry for every request, whatever its path. */
#ifndef MAKESHIFT_ENDPOINTS_ENDPOINTS_H
#define MAKESHIFT_ENDPOINTS_ENDPOINTS_H

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/make/make.h"
#include "server/oauth/tenant.h"

struct endpoints;

/* Prepares the documents that do not change while the server runs. `tenant` is borrowed and must be
 * whole. NULL when the store is broken (logged). */
struct endpoints *endpoints_new(struct tenant *tenant, struct make *make);
void endpoints_free(struct endpoints *endpoints); /* NULL is fine */

/* Fit struct mhd_options: handle, finish and context. Thread-safe. */
void endpoints_handle(void *endpoints, const struct request *request, struct response *response);
void endpoints_finish(void *endpoints, const struct request *request, struct response *response);

#endif
