/* The server is called and never calls: not for a request_uri, a jwks_uri, a logo or a logout
 * (CWE-918). */
#ifndef MAKESHIFT_PROCESS_EGRESS_H
#define MAKESHIFT_PROCESS_EGRESS_H

#include "server/base/attr.h"

/* From now on the kernel ends the process when it, or a thread it starts later, calls connect(2)
 * with an address. Nothing a request can say may then open a connection, by whatever mistake or
 * library. An address of two bytes passes: no family has one so short, and with AF_UNSPEC it ends a
 * connection with a reset. 0; 1: this kernel or machine has no such filter. */
MUST_USE int egress_forbid(void);

#endif
