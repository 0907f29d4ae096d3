/* Authorization codes (RFC 6749 4.1.2). */
#ifndef MAKESHIFT_STORE_CODES_H
#define MAKESHIFT_STORE_CODES_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"
#include "server/store/terms.h"

#define CODES_MAX 10000000 /* unexpired or remembered; beyond it codes_put says CODES_FULL */
#define CODES_FULL 1       /* nothing is evicted: that could un-use a code */

enum code_state { CODE_FRESH, CODE_TAKEN, CODE_BURNT };

struct code_row {
    struct hash hash;
    int64_t client; /* client_row.id */
    int64_t user;   /* user_row.id */
    const char *redirect_uri;
    const char *scope;     /* granted */
    const char *nonce;     /* NULL: none was sent */
    const char *challenge; /* PKCE S256; NULL: none was sent */
    const char *acr;       /* NULL: none was asked for */
    const char *amr;       /* space-separated */
    struct terms terms;
    int64_t auth_time;
    int64_t issued_at;
    int64_t expires_at;
    /* What became of it. */
    enum code_state state;
    int64_t taken_at; /* or burnt; 0 while fresh */
    int64_t grant;    /* the grant that came of it; 0: none */
};

/* 0; CODES_FULL. state, taken_at and grant are not read. */
MUST_USE int codes_put(struct db *db, const struct code_row *row);

/* 0 found (whatever its state, expired or not); 1 there is none. Of a taken or burnt code
 * redirect_uri, nonce, challenge, acr, amr and terms may be NULL: the store keeps what recognises
 * it, not what it carried. */
MUST_USE int codes_get(struct db *db, const struct hash *hash, struct arena *arena,
                       struct code_row *row);

/* Ends a fresh code that a failed check or its age has made useless; survives a clock that moves
 * back. 0 burnt now; 1 it was no longer fresh. */
MUST_USE int codes_burn(struct db *db, const struct hash *hash, int64_t now);

#endif
