/* TABLE of bad tokens: what can be wrong with one, by name; and oddities that are no fault, which a
 * client has to take. For those who test how a client, or a server of resources, judges tokens. */
#ifndef MAKESHIFT_OAUTH_BAD_TOKEN_H
#define MAKESHIFT_OAUTH_BAD_TOKEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/jws.h"
#include "server/base/arena.h"
#include "server/oauth/tenant.h"

/* A token on its way to be signed. */
struct token_draft {
    struct tenant *tenant;
    struct arena *arena;
    const struct key *key; /* that signs */
    struct key *own;       /* the draft's, to be freed with it; NULL: none */
    enum jws_signed how;
    json_t *header;
    json_t *claims;
    const char *text; /* of the claims, once they are settled; then of the token */
};

enum bad_token_client { CLIENT_REFUSES, CLIENT_ACCEPTS };
extern const char *const bad_token_client_names[]; /* refuse accept */

struct bad_token {
    const char *name;
    const char *says;             /* a sentence: what is wrong, and what it is good for */
    enum bad_token_client client; /* what a correct one does */
    const char *clause;           /* that says so */
    bool of_id_token;             /* it makes no sense of an access token */
    int64_t lapsed;               /* seconds since it expired; 0: it has not */
    /* Any may be NULL. In this order: header and claims before they become text; the text of the
     * claims before it is signed; the token's own. */
    void (*draft)(struct token_draft *draft);
    void (*claims_text)(struct token_draft *draft);
    void (*token_text)(struct token_draft *draft);
};

extern const struct bad_token bad_token_table[];
extern const size_t bad_token_count;

/* The row of that name, or NULL. */
const struct bad_token *bad_token_find(const char *name);

/* The name that was probably meant, or NULL. */
const char *bad_token_nearest(const char *name);

#endif
