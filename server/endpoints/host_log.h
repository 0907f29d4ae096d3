/* A line of the log for each Host by which calls come that is not the issuer's. Clients compare the
 * issuer with what they asked, so that such a name is where most set-ups go wrong. Thread-safe: one
 * lock, in host_log.c. */
#ifndef MAKESHIFT_ENDPOINTS_HOST_LOG_H
#define MAKESHIFT_ENDPOINTS_HOST_LOG_H

#include "server/endpoints/call.h"

#define HOST_LOG_MAX 16 /* names that are told; who sends others is not heard */

struct host_log;

struct host_log *host_log_new(void);
void host_log_free(struct host_log *log); /* NULL is fine */

/* Says so when it is the first call by its Host. `refused` is the status that the gate answers it
 * with, or 0. */
void host_log_see(struct host_log *log, const struct call *call, int refused);

#endif
