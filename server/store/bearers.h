/* An access token, and whose it is: what a call of the API asks for, in one statement. */
#ifndef MAKESHIFT_STORE_BEARERS_H
#define MAKESHIFT_STORE_BEARERS_H

#include "server/base/attr.h"
#include "server/store/clients.h"
#include "server/store/tokens.h"
#include "server/store/users.h"

/* Members that are not named here are zero. */
struct bearer_row {
    struct access_row access; /* grant, scope (the grant's, where it has none), expires_at,
                               * revoked_at */
    struct grant_row grant;   /* id, client, user, revoked_at, end, resource, organization */
    struct client_row client; /* id (0: it is gone), client_id, scope, access_token_format */
    struct user_row user;     /* all; id 0: the grant has none, or it is gone */
};

/* 0 found, whatever its state; 1 there is none. */
MUST_USE int bearers_get(struct db *db, const struct hash *hash, struct arena *arena,
                         struct bearer_row *row);

#endif
