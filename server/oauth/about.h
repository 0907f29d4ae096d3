/* What a call turned out to be about, and what happened by it. Rules note it as they come to know
 * it, so that a refusal has it as well; the log reads it. Nothing in it is a secret. */
#ifndef MAKESHIFT_OAUTH_ABOUT_H
#define MAKESHIFT_OAUTH_ABOUT_H

#include <stdbool.h>

#include "keys/alg.h"
#include "server/oauth/tenant.h"

enum happening {
    HAPPENED_SIGNED_IN,
    HAPPENED_CONSENTED,
    HAPPENED_CODE_ISSUED,
    HAPPENED_TOKENS_ISSUED,
    HAPPENED_REFRESHED,
    HAPPENED_REVOKED,
    HAPPENED_SIGNED_OUT,
    HAPPENED__MAX
};
extern const char *const happening_names[HAPPENED__MAX]; /* "signed in", "code issued" */

/* All texts are in the call's arena or static. */
struct about {
    const char *client; /* client_id; NULL: not known */
    const char *user;   /* sub; NULL: not known, or none */
    const char *scope;  /* NULL: not known */
    int64_t grant;      /* the family of tokens; 0: none */
    int64_t generation; /* of the refresh token that was shown; 0: none was */
    unsigned happened;  /* bits 1 << enum happening */
    bool is_spoiled;    /* a token of its answer is wrong on purpose */
    /* Of keys that were published for it and are to sign from now on, the kids; NULL: none. */
    const char *new_keys[ALG__MAX];
};

/* Each does nothing for a tenant that is no call's copy. */
void about_client(const struct tenant *tenant, const char *client_id);
void about_user(const struct tenant *tenant, const char *sub);
void about_scope(const struct tenant *tenant, const char *scope);
void about_grant(const struct tenant *tenant, int64_t grant, int64_t generation);
void about_spoiled(const struct tenant *tenant);
void about_new_key(const struct tenant *tenant, enum alg alg, const char *kid);
void about_happened(const struct tenant *tenant, enum happening happening);

#endif
