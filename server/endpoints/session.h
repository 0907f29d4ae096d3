/* Browser sessions: a cookie, and who signed in behind it. */
#ifndef MAKESHIFT_ENDPOINTS_SESSION_H
#define MAKESHIFT_ENDPOINTS_SESSION_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/attr.h"
#include "server/endpoints/call.h"
#include "server/oauth/authorization.h"
#include "server/store/sessions.h"

#define SESSION_SECONDS (24 * 3600)

struct session {
    bool known;         /* the cookie names a session that lives */
    const char *cookie; /* its value */
    struct session_row row;
    bool signed_in; /* somebody has; `sign_in` says who */
    struct sign_in sign_in;
};

/* Reads the request's session. A cookie that names none is as good as no cookie. */
MUST_USE struct verdict session_read(struct call *call, struct session *session);

/* The session of that hash, whoever's browser has its cookie; `known` is false when there is none.
 */
MUST_USE struct verdict session_find(struct call *call, const struct hash *hash,
                                     struct session *session);

/* Makes sure there is a session, setting the cookie when it is new. */
MUST_USE struct verdict session_ensure(struct call *call, struct session *session);

/* Ends it, and takes the cookie back. */
MUST_USE struct verdict session_end(struct call *call, struct session *session);

/* What is to come of a sign-in whose session another one has taken the place of meanwhile. */
enum session_rival {
    SESSION_RIVAL_WINS, /* STALE_PAGE: of many who send one form, one signs in */
    SESSION_BESIDE,     /* it gets a session of its own */
};

/* Signs `sign_in` in under a new id (RFC 9700 4.7; CWE-384), and sets the cookie. */
MUST_USE struct verdict session_sign_in(struct call *call, struct session *session,
                                        const struct sign_in *sign_in, enum session_rival rival);

/* The cookie that was set, in parts, for a client that sets it by itself: name, value, path, and
 * what else a browser is told. A new reference. */
json_t *session_cookie(const struct call *call, const struct session *session);

/* Signs `sign_in` in to a session whose browser is not here: its id stays until that comes back. */
MUST_USE struct verdict session_sign_in_from_afar(struct call *call, struct session *session,
                                                  const struct sign_in *sign_in);

#endif
