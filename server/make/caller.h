/* Who calls the API, and what the token it calls with may do. */
#ifndef MAKESHIFT_MAKE_CALLER_H
#define MAKESHIFT_MAKE_CALLER_H

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/membership.h"
#include "server/oauth/tenant.h"
#include "server/store/users.h"

struct caller {
    struct user_row user;
    const char *scope;
    int64_t organization; /* the only one that the user's consent is for; 0: not limited */
    bool by_api_token;    /* "Authorization: Token", else an OAuth access token */
    struct memberships memberships;
};

/* An access token that lives, is meant for the API and is a user's. INVALID_TOKEN. */
MUST_USE struct verdict caller_by_bearer(struct tenant *tenant, struct arena *arena,
                                         const char *token, struct caller *caller);

/* An API token, a UUID. INVALID_TOKEN. */
MUST_USE struct verdict caller_by_api_token(struct tenant *tenant, struct arena *arena,
                                            const char *token, struct caller *caller);

/* The caller anew, with the user as it is by now. INVALID_TOKEN when the user is gone. */
MUST_USE struct verdict caller_again(struct tenant *tenant, struct arena *arena,
                                     const struct caller *caller, struct caller *now);

/* The role's name; NULL: none. */
const char *caller_role(const struct caller *caller, const char *kind, int64_t id);

/* Whether the user has a role in the organization, and the consent, where it is limited to one, is
 * for it. */
bool caller_reaches(const struct caller *caller, int64_t organization);

/* Whether the user has any role in the organization or the team; 0: none is meant. */
bool caller_belongs(const struct caller *caller, int64_t organization, int64_t team);

#endif
