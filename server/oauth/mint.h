/* Tokens without a flow: what a test wants to have, as if a user had signed in. Rights that the
 * client does not have it does not get; all else is as it is asked for. */
#ifndef MAKESHIFT_OAUTH_MINT_H
#define MAKESHIFT_OAUTH_MINT_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/bad_token.h"
#include "server/oauth/token.h"

enum mint_kind {
    MINT_ACCESS,
    MINT_ID,      /* and the access token it is bound to */
    MINT_REFRESH, /* and the first access token of its family */
    MINT_CODE,    /* for the client's first redirect URI, without PKCE */
    MINT__MAX
};
extern const char
    *const mint_kind_names[MINT__MAX + 1]; /* access id refresh code; ends with NULL */

struct mint_order {
    enum mint_kind kind;
    const struct client_row *client;
    const struct user_row *user; /* NULL: the client's own; an access token alone */
    const char *scope;           /* granted */
    const json_t *claims;        /* set in the token, or with null taken out of it; NULL: none */
    int64_t ttl;                 /* seconds, of the kind asked for; 0: the client's */
    const struct bad_token *bad; /* of an access or ID token; NULL: a good one */
};

struct minted {
    struct token_answer answer; /* without an access token when it is a code */
    const char *code;           /* NULL: none */
    const char *redirect_uri;   /* of the code */
};

/* Mints and stores: all that comes of it works as if it had been issued. */
MUST_USE struct verdict mint_issue(struct tenant *tenant, struct arena *arena,
                                   const struct mint_order *order, struct minted *minted);

#endif
