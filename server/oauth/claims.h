/* TABLE of claims, and what of a user a scope lets a client see (OpenID Connect Core 5.1, 5.4). */
#ifndef MAKESHIFT_OAUTH_CLAIMS_H
#define MAKESHIFT_OAUTH_CLAIMS_H

#include <stddef.h>

#include <jansson.h>

#include "server/oauth/error.h"
#include "server/store/users.h"

struct claim_row {
    const char *name;
    const char *scope; /* that opens it */
};
extern const struct claim_row claim_table[];
extern const size_t claim_count;

/* sub, and what of the user's claims `scope` opens. What the user has not is left out. A new reference
 * through `claims`. */
struct verdict claims_of(const struct user_row *user, const char *scope, json_t **claims);

#endif
