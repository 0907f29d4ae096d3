/* TABLE of profiles: how much of the server is shown. A profile is data; no rule asks for its name.
 */
#ifndef MAKESHIFT_OAUTH_PROFILE_H
#define MAKESHIFT_OAUTH_PROFILE_H

#include <stdbool.h>

#include "server/base/arena.h"

enum profile_id { PROFILE_MAKE, PROFILE_MAKE_PUBLISHED, PROFILE_STANDARD, PROFILE__MAX };

/* What only some profiles serve, as bits. A row of a table that says `needs` is there for those
 * alone. */
enum service { SERVICE_INTROSPECTION = 1, SERVICE_CLIENT_CREDENTIALS = 2, SERVICE_LOGOUT = 4 };

struct profile {
    const char *name;
    const char *auth_methods;     /* token_endpoint_auth_methods_supported, space-separated */
    const char *algs;             /* id_token_signing_alg_values_supported, space-separated */
    bool userinfo_takes_id_token; /* Make documents the ID token as UserInfo's bearer */
    bool published_discovery;     /* discovery as Make publishes it, member for member */
    unsigned services;            /* bits of enum service */
};
extern const struct profile profile_table[PROFILE__MAX];

/* The profile of that name, or NULL. */
const struct profile *profile_find(const char *name);

/* Whether all of `needs` (bits; 0: nothing beside what every profile serves) is served. */
bool profile_serves(const struct profile *profile, unsigned needs);

/* What goes behind "... is not served": in which profile it is not and in which one it is, and how
 * to get that; "" when it is served nowhere. For bits of enum service, a way to authenticate, an
 * algorithm. */
const char *profile_mend(struct arena *arena, const struct profile *profile, unsigned needs);
const char *profile_mend_auth_method(struct arena *arena, const struct profile *profile,
                                     const char *name);
const char *profile_mend_alg(struct arena *arena, const struct profile *profile, const char *name);

#endif
