/* Consent (RFC 6749 10.2; OpenID Connect Core 3.1.2.4): what a user has granted before, whether
 * they have to be asked, and what they leave of a request. */
#ifndef MAKESHIFT_OAUTH_CONSENT_H
#define MAKESHIFT_OAUTH_CONSENT_H

#include "server/base/attr.h"
#include "server/oauth/authorization.h"
#include "server/oauth/organization.h"

struct consent {
    /* What is asked for beside the scopes: claims by name that no scope of the request opens.
     * Space-separated. */
    const char *claims;
    /* What this user has granted to this client, asked for or not: scopes, and claims as
     * consent_item has them. */
    const char *known;
    struct organizations organizations; /* the user's */
    int64_t organization;               /* the one chosen last; 0: all of them */
    const char *ask_for; /* why the page has to be shown, a sentence; NULL: it need not be */
};

/* What the store says about `user` and the request. When nobody need be asked, the request is for
 * the organization that was chosen last. */
MUST_USE struct verdict consent_find(struct tenant *tenant, struct arena *arena,
                                     struct authorization *authorization,
                                     const struct user_row *user, struct consent *consent);

/* How a claim stands among the scopes that were granted: with a quotation mark before its name,
 * which no scope has. */
const char *consent_item(struct arena *arena, const char *claim);

/* May the user withhold it? openid makes the request what it is, and stays. */
bool consent_is_required(const char *scope);

/* What the user left of a request. */
struct consent_choice {
    const char *scope;  /* in the request's order; "": none */
    const char *claims; /* likewise */
    int64_t organization;
};

/* What the form of the page says. A scope or a claim that was not asked for is none; an
 * organization that the user is not in is INVALID_REQUEST. */
MUST_USE struct verdict consent_read(struct arena *arena, const struct authorization *authorization,
                                     const struct consent *consent, const struct form *form,
                                     struct consent_choice *choice);

/* Remembers the choice and cuts the request down to it. */
MUST_USE struct verdict consent_remember(struct tenant *tenant, struct arena *arena,
                                         struct authorization *authorization,
                                         const struct user_row *user, const struct consent *consent,
                                         const struct consent_choice *choice);

#endif
