/* Scopes (RFC 6749 3.3): parsed, and weighed against the catalogue and the client's registration.
 */
#ifndef MAKESHIFT_OAUTH_SCOPE_H
#define MAKESHIFT_OAUTH_SCOPE_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"

/* `text` (NULL: none was sent) as a space-separated list without duplicates, in the order asked
 * for. Words are separated by spaces or, as Make allows, commas. INVALID_SCOPE for a character that
 * no scope may have. */
MUST_USE struct verdict scope_parse(struct arena *arena, const char *text, const char **scope);

/* What `client` is granted that sends `text` (NULL: nothing): all of it, or INVALID_SCOPE naming
 * the first scope that is unknown or not registered. Without a scope it is what the client's
 * registration says of such a request, or what its issuer's resource is opened with; else it is
 * refused. */
MUST_USE struct verdict scope_request(struct tenant *tenant, struct arena *arena,
                                      const struct client_row *client, const char *text,
                                      const char **scope);

/* The catalogue but for the scopes of administrators, space-separated: what a client has that
 * registers without saying which, and what the issuer that it registers with advertises. */
MUST_USE struct verdict scope_usual(struct tenant *tenant, struct arena *arena, const char **scope);

/* A refresh may ask for less, never for more (RFC 6749 6). */
MUST_USE struct verdict scope_narrow(struct arena *arena, const char *granted,
                                     const char *requested);

/* The part of a granted scope that the client is still registered for. */
const char *scope_remaining(struct arena *arena, const struct client_row *client,
                            const char *granted);

#endif
