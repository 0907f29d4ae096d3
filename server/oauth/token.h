/* Tokens: minted for a grant, and recognised when they come back. */
#ifndef MAKESHIFT_OAUTH_TOKEN_H
#define MAKESHIFT_OAUTH_TOKEN_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"
#include "server/store/tokens.h"
#include "server/store/users.h"

/* The answer of the token endpoint (RFC 6749 5.1). */
struct token_answer {
    const char *access_token;
    int64_t expires_in;        /* seconds */
    const char *refresh_token; /* NULL: none is issued */
    const char *id_token;      /* NULL: openid was not granted */
    const char *scope;
};

/* What a set of tokens is minted for. */
struct mint {
    const struct client_row *client;
    const struct user_row *user;   /* NULL: the client itself (client_credentials) */
    const struct grant_row *grant; /* acr, amr, auth_time, terms */
    const char *scope;             /* of the access token */
    const char *nonce;             /* NULL: none */
    /* Claims over the token's own; null takes one out. NULL: none. An access token with such is a
     * JWT. */
    const json_t *access_claims;
    const json_t *id_claims;
    bool with_refresh;
    bool with_id_token;
    int64_t now;
};

/* Mints: random secrets, and signatures where the client's format asks for them. Nothing is stored:
 * `access` and `refresh` get what the store must be told. SERVER_ERROR when a signature fails. */
MUST_USE struct verdict token_mint(struct tenant *tenant, struct arena *arena,
                                   const struct mint *mint, struct token_answer *answer,
                                   struct access_row *access, struct refresh_row *refresh);

/* What a bearer of an access token may do. */
struct bearer {
    struct access_row access;
    struct grant_row grant;
    const char *scope;
    struct client_row client;
    struct user_row user; /* sub is NULL when grant.user is 0: the client's own token */
    bool by_id_token;     /* it was the ID token that was shown */
};

/* INVALID_TOKEN unless `token` is a live access token of this tenant (RFC 6750 3.1), saying what it
 * is instead: expired, revoked, foreign, a refresh token, ... An ID token counts as its access
 * token where the profile takes it. */
MUST_USE struct verdict token_recognise(struct tenant *tenant, struct arena *arena,
                                        const char *token, struct bearer *bearer);

/* Recognises a token as token_recognise does, for whoever asks what it opens: in one statement,
 * with no more of the token, the grant and the client than struct bearer_row has. */
MUST_USE struct verdict token_recognise_opened(struct tenant *tenant, struct arena *arena,
                                               const char *token, struct bearer *bearer);

/* Whom a token is about: its user, or the client itself where there is none (RFC 9068 2.2). */
const char *token_subject(const struct bearer *bearer);

/* "12 s ago" */
const char *token_ago(struct arena *arena, int64_t now, int64_t then);

/* Why a grant ended, in words. */
const char *token_end_reason(enum grant_end end);

#endif
