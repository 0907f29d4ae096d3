/* The authorization request (RFC 6749 4.1.1; OpenID Connect Core 3.1.2.1), read and judged. */
#ifndef MAKESHIFT_OAUTH_AUTHORIZATION_H
#define MAKESHIFT_OAUTH_AUTHORIZATION_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/error.h"
#include "server/oauth/response_type.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"
#include "server/store/codes.h"
#include "server/store/users.h"

/* prompt values (OpenID Connect Core 3.1.2.1), as bits. */
enum prompt {
    PROMPT_NONE = 1,
    PROMPT_LOGIN = 2,
    PROMPT_CONSENT = 4,
    PROMPT_SELECT_ACCOUNT = 8,
};

struct authorization {
    /* Set first, in this order. Once redirect_uri is set, a refusal may be sent there. */
    struct client_row client;
    const char *state; /* NULL: none, or more than one */
    const char *redirect_uri;
    const char *issuer; /* who answers: the client's; in a refusal, the one that was meant */
    enum response_mode response_mode; /* of every answer, refusals included */

    enum response_type response_type;
    const char *scope;
    const char *nonce;
    const char *challenge;
    unsigned prompt; /* bits of enum prompt */
    int64_t max_age; /* seconds; -1: not sent */
    const char *login_hint;
    const char *acr;         /* what `claims` or else acr_values want most; NULL: none */
    const char *hinted_sub;  /* of a verified id_token_hint; NULL: none */
    const char *claimed_sub; /* whom `claims` demands; NULL: anybody */
    struct terms terms;
};

/* Reads and judges `form`. When it refuses with `authorization->redirect_uri` set, the client may
 * be told by redirect; otherwise only the person in front of the browser (RFC 6749 4.1.2.1). */
MUST_USE struct verdict authorization_read(struct tenant *tenant, struct arena *arena,
                                           const struct form *form,
                                           struct authorization *authorization);

/* Who signed in, and how. */
struct sign_in {
    struct user_row user;
    int64_t auth_time;
    const char *amr; /* space-separated (RFC 8176) */
    const char *sid; /* of the browser session; NULL: there is none */
};

/* The user that --login auto signs in: whom the request names, else `present`, whom the session has
 * (NULL: nobody), else the fixture's first; select_account passes over `present`. LOGIN_REQUIRED
 * when the request names nobody of the fixture. */
MUST_USE struct verdict authorization_auto_user(struct tenant *tenant, struct arena *arena,
                                                const struct authorization *authorization,
                                                const struct user_row *present,
                                                struct user_row *user);

/* LOGIN_REQUIRED when login_hint names another user, or nobody. It is a hint: a person on the
 * sign-in page may pass over it, a session that answers silently may not. */
MUST_USE struct verdict authorization_fits_login_hint(struct tenant *tenant, struct arena *arena,
                                                      const struct authorization *authorization,
                                                      const struct sign_in *sign_in);

/* LOGIN_REQUIRED when the id_token_hint or `claims` names another user (OpenID Connect
 * Core 3.1.2.2, 5.5.1). */
MUST_USE struct verdict authorization_fits_hint(const struct authorization *authorization,
                                                const struct sign_in *sign_in);

/* Cuts the request down to those of its scopes that are among `scope`, as the user granted no more.
 * openid stays where the answer is an ID token; without it no claims are asked for (OpenID Connect
 * Core 5.5). ACCESS_DENIED when nothing stays. */
MUST_USE struct verdict
authorization_narrow(struct arena *arena, struct authorization *authorization, const char *scope);

/* What the response type asks for; NULL: not that. */
struct authorization_answer {
    const char *code;
    const char *id_token;
};

/* Issues it. The irreversible step, storing the code, comes last. */
MUST_USE struct verdict authorization_issue(struct tenant *tenant, struct arena *arena,
                                            struct authorization *authorization,
                                            const struct sign_in *sign_in,
                                            struct authorization_answer *answer);

#endif
