/* Consent (RFC 6749 10.2; OpenID Connect Core 3.1.2.4): what a user has granted before, whether they have
 * to be asked, and what they leave of a request. */
#ifndef MAKESHIFT_OAUTH_CONSENT_H
#define MAKESHIFT_OAUTH_CONSENT_H

#include "server/oauth/authorization.h"

struct consent {
    const char *known;   /* the scopes this user has granted to this client, asked for or not */
    const char *ask_for; /* why the page has to be shown, a sentence; NULL: it need not be */
};

/* What the store says about `user` and the request. */
struct verdict consent_find(struct tenant *tenant, struct arena *arena,
                            const struct authorization *authorization, const struct user_row *user,
                            struct consent *consent);

/* May the user withhold it? openid makes the request what it is, and stays. */
bool consent_is_required(const char *scope);

/* The scopes of the request that the form of the page left, in the request's order; "" when none. A
 * scope that was not asked for is none. */
const char *consent_left(struct arena *arena, const struct authorization *authorization,
                         const struct form *form);

/* Remembers that of what was asked for `left` was granted and the rest withheld. */
struct verdict consent_remember(struct tenant *tenant, struct arena *arena,
                                const struct authorization *authorization,
                                const struct user_row *user, const char *left);

#endif
