/* An authorization request that waits for a person: begun at the authorization endpoint, led
 * through the sign-in and consent pages, ended by one decision. */
#ifndef MAKESHIFT_ENDPOINTS_INTERACTION_H
#define MAKESHIFT_ENDPOINTS_INTERACTION_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/endpoints/session.h"

/* Keeps the request and sends the browser to the sign-in page, or to the consent page when the
 * session's user is to be taken as they are. */
struct waiting {
    const struct form *form; /* the request as it came */
    const struct authorization *authorization;
    bool sign_in_first;
};
MUST_USE struct verdict interaction_begin(struct call *call, struct session *session,
                                          const struct waiting *waiting);

/* Ends the request well: a code, back to the client. */
MUST_USE struct verdict interaction_approve(struct call *call, struct authorization *authorization,
                                            const struct sign_in *sign_in);

#endif
