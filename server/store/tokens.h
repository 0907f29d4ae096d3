/* Grants, and the access and refresh tokens that come of them.
 *
 * A grant is what one authorization gave: its refresh tokens are one family, in generations.
 * Exactly one refresh token of a grant is the leaf, the one that may be presented; the grant's row
 * holds its hash, and every spending is one conditional UPDATE on it. Revoking the grant's row ends
 * all its tokens at once. */
#ifndef MAKESHIFT_STORE_TOKENS_H
#define MAKESHIFT_STORE_TOKENS_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"
#include "server/store/terms.h"

enum grant_end {
    GRANT_LIVE = 0,
    GRANT_CODE_REPLAYED,
    GRANT_REFRESH_REUSED,
    GRANT_REVOKED_BY_CLIENT,
    GRANT_REVOKED_BY_TEST, /* 4, as the selections' statement says */
};

struct grant_row {
    int64_t id; /* set by the store */
    int64_t client;
    int64_t user; /* 0: none */
    const char *scope;
    const char *acr; /* NULL: none was asked for */
    const char *amr; /* space-separated */
    struct terms terms;
    int64_t auth_time;
    int64_t created_at;
    int64_t expires_at; /* of the family: no rotation moves it */
    int64_t revoked_at; /* 0: live */
    enum grant_end end;
    int64_t generation; /* of the leaf; 0: no refresh token was issued */
    struct hash leaf;
    int64_t leaf_at;   /* when the leaf was issued, or last used without being spent */
    const char *nonce; /* NULL: none is repeated at a refresh */
};

struct access_row {
    struct hash hash;
    int64_t grant;
    const char *scope; /* NULL: the grant's */
    int64_t issued_at;
    int64_t expires_at;
    int64_t revoked_at;
};

struct refresh_row {
    struct hash hash;
    int64_t grant;
    int64_t generation; /* 1, 2, ... */
    int64_t taken_at;   /* when it was first presented with success; 0: never */
    int64_t reuses;     /* how often a policy has taken it again since */
};

#define TOKENS_TAKEN 1 /* somebody else was first; nothing was written */

/* Redeems a code: in one transaction takes it, adds the grant, the access token and, unless
 * `refresh` is NULL, the first refresh token (generation 1, the leaf). 0; TOKENS_TAKEN when the
 * code is no longer fresh. `grant->id`, grant->created_at (`now`, which is also when the code was
 * taken), access->grant and refresh->grant are set. */
MUST_USE int tokens_redeem(struct db *db, const struct hash *code, int64_t now,
                           struct grant_row *grant, struct access_row *access,
                           struct refresh_row *refresh);

/* A grant without a code (client credentials). */
MUST_USE int tokens_grant(struct db *db, struct grant_row *grant, struct access_row *access);

/* A refresh: in one transaction, spends `presented` and adds `successor` and `access`.
 * ROTATE_LEAF: `presented` must be the leaf; it is marked taken at `now`, the successor is the leaf
 * of the next generation.
 * ROTATE_AGAIN: `presented` must be the generation before the leaf's and its count of reuses still
 * `expected_reuses`; the unused leaf dies and the successor takes its place in the same generation;
 * taken_at stays (a window counts from the first use), reuses goes up by one.
 * ROTATE_KEEP: `presented` must be the leaf and stays it, unspent; `successor` is not read.
 * All hold only while the grant is live at `now`. 0; TOKENS_TAKEN when a condition fails. */
enum rotate_how { ROTATE_LEAF, ROTATE_AGAIN, ROTATE_KEEP };
struct rotation {
    enum rotate_how how;
    int64_t grant;
    struct hash presented;
    int64_t generation;      /* of `presented`, as read */
    int64_t expected_reuses; /* of `presented`, as read */
    struct hash successor;
    struct access_row access; /* its grant is not read */
    int64_t now;
};
MUST_USE int tokens_rotate(struct db *db, const struct rotation *rotation);

/* 0 found, whatever its state; 1 there is none. `grant` gets the grant it belongs to. */
MUST_USE int tokens_access_get(struct db *db, const struct hash *hash, struct arena *arena,
                               struct access_row *access, struct grant_row *grant);
MUST_USE int tokens_refresh_get(struct db *db, const struct hash *hash, struct arena *arena,
                                struct refresh_row *refresh, struct grant_row *grant);
/* By id; 0 found, 1 none. */
MUST_USE int tokens_grant_get(struct db *db, int64_t id, struct arena *arena,
                              struct grant_row *grant);

/* Revokes the grant with everything that came of it. 0 now; 1 it was already, or there is none. */
MUST_USE int tokens_grant_revoke(struct db *db, int64_t grant, int64_t now, enum grant_end end);
/* One access token; the grant lives on. 0 now; 1 already, or none. */
MUST_USE int tokens_access_revoke(struct db *db, const struct hash *hash, int64_t now);

#endif
