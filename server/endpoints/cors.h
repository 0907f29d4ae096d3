/* Cross-origin requests from browsers (the Fetch standard). Never with credentials. */
#ifndef MAKESHIFT_ENDPOINTS_CORS_H
#define MAKESHIFT_ENDPOINTS_CORS_H

#include "server/base/attr.h"
#include "server/endpoints/routes.h"

/* Adds what lets the request's origin read the answer, errors included. */
void cors_decorate(struct call *call);

/* Answers a preflight. */
void cors_preflight(struct call *call);

/* FORBIDDEN_ORIGIN when another site's page calls the control door. */
MUST_USE struct verdict cors_lock(const struct request *request);

#endif
