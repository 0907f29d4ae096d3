/* Who sends a request: the credentials in its form and its Authorization header (RFC 6749 2.3.1).
 */
#ifndef MAKESHIFT_ENDPOINTS_CLIENT_AUTH_H
#define MAKESHIFT_ENDPOINTS_CLIENT_AUTH_H

#include "server/base/form.h"
#include "server/endpoints/call.h"
#include "server/oauth/auth_method.h"

/* Never fails: what cannot be read is told in header_problem, for the rule to refuse. */
struct credentials client_auth_read(struct call *call, const struct form *form);

#endif
