/* Browser sessions, and the authorization requests that wait for a person (interactions). */
#ifndef MAKESHIFT_STORE_SESSIONS_H
#define MAKESHIFT_STORE_SESSIONS_H

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

#define SESSIONS_MAX 100000    /* beyond it the oldest goes */
#define INTERACTIONS_MAX 10000 /* as above */

struct session_row {
    struct hash hash; /* of the cookie */
    int64_t user;     /* 0: nobody has signed in yet */
    int64_t auth_time;
    const char *amr; /* space-separated (RFC 8176), how the user signed in; NULL: nobody has */
    const char
        *sid; /* what ID tokens call the session, whatever its cookie; NULL: nobody has signed in */
    int64_t expires_at;
};

MUST_USE int sessions_put(struct db *db, const struct session_row *row);
/* 0 found and not expired at `now`; 1 not. */
MUST_USE int sessions_get(struct db *db, const struct hash *hash, int64_t now, struct arena *arena,
                          struct session_row *row);
/* Puts `row` in the place of the session `old` in one step (a new id at sign-in: CWE-384); its
 * interactions move along. 1: `old` is gone, and nothing was put: of two who sign in there, one
 * does. */
MUST_USE int sessions_rotate(struct db *db, const struct hash *old, const struct session_row *row);
MUST_USE int sessions_delete(struct db *db, const struct hash *hash);
/* Deletes all of them. */
MUST_USE int sessions_clear(struct db *db);

struct interaction_row {
    int64_t id;             /* set by the store: 1, 2, ... in the order of their beginning */
    struct hash hash;       /* of the handle in the page's URL */
    struct hash session;    /* the session that may go on with it */
    const char *query;      /* the authorization request, form-encoded, less its id_token_hint */
    const char *hinted_sub; /* whom that hint named; NULL: nobody */
    int64_t created_at;
    int64_t expires_at;
    int64_t signed_in_at; /* when a user signed in for this very request; 0: not */
    int64_t decided_at;   /* when it was decided elsewhere than by its pages; 0: it is pending */
};

MUST_USE int interactions_put(struct db *db, const struct interaction_row *row);
/* 0 found, not expired; 1 not. */
MUST_USE int interactions_get(struct db *db, const struct hash *hash, int64_t now,
                              struct arena *arena, struct interaction_row *row);
/* Sets signed_in_at; 0 done, 1 there is none. */
MUST_USE int interactions_sign_in(struct db *db, const struct hash *hash, int64_t now);
/* Takes it: 0 it was pending and is gone, 1 it was not (a decision is made once). */
MUST_USE int interactions_take(struct db *db, const struct hash *hash);
/* Decides it elsewhere: 0 it was pending and stays, decided, until it expires; 1 it was not. */
MUST_USE int interactions_decide(struct db *db, const struct hash *hash, int64_t now);
/* Those that are pending at `now`, behind the one of the id `after`, at most `limit`, by id. */
MUST_USE int interactions_pending(struct db *db, int64_t after, int64_t limit, int64_t now,
                                  struct arena *arena, const struct interaction_row **rows,
                                  size_t *count);

#endif
