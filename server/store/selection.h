/* What a test names in order to end it: all that is a user's, a client's, of a grant or a session,
 * one token or code, or everything. Given together, all must hold.
 *
 * What is revoked is refused from now on; what is expired has come to its end at `now` and no
 * sooner, while the clock stays. */
#ifndef MAKESHIFT_STORE_SELECTION_H
#define MAKESHIFT_STORE_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

struct selection {
    int64_t user;               /* 0: any */
    int64_t client;             /* 0: any; sessions are no client's: none is selected by one */
    int64_t grant;              /* 0: any; likewise */
    const struct hash *token;   /* an access token, a refresh token or a code; NULL: any */
    const struct hash *session; /* by its cookie; also what was granted in it; NULL: any */
};

/* How many came to an end. */
struct ended {
    int64_t grants; /* revoked: with all their tokens; expired: with their refresh tokens */
    int64_t access;
    int64_t codes;
    int64_t sessions;
};

/* A refresh token that is selected ends its family, an access token and a code only themselves. 0,
 * whatever was found; DB_BROKEN: nothing was ended. */
MUST_USE int selection_revoke(struct db *db, const struct selection *selection, int64_t now,
                              struct ended *ended);

enum selection_kind {
    SELECTION_ACCESS = 1,
    SELECTION_REFRESH = 2,
    SELECTION_CODE = 4,
    SELECTION_SESSION = 8,
    SELECTION_ALL = 15,
};

/* `kinds` are the bits of those that expire. Access tokens outlive a family that has expired. */
MUST_USE int selection_expire(struct db *db, const struct selection *selection, unsigned kinds,
                              int64_t now, struct ended *ended);

#endif
