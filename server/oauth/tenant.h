/* Everything a rule may depend on besides its input. Passed first, everywhere; there is no other
 * state.
 *
 * Opened by server/tenant, and read-only once it is served: a call has a copy whose clock stands
 * still (tenant_still). db, ring and random have a lock each. */
#ifndef MAKESHIFT_OAUTH_TENANT_H
#define MAKESHIFT_OAUTH_TENANT_H

#include "keys/random.h"
#include "keys/ring.h"
#include "server/base/clock.h"
#include "server/oauth/profile.h"
#include "server/store/db.h"

enum login_mode { LOGIN_AUTO, LOGIN_PAGE, LOGIN__MAX };
enum explain_mode { EXPLAIN_FULL, EXPLAIN_TERSE, EXPLAIN__MAX };
extern const char *const login_names[LOGIN__MAX];     /* auto page */
extern const char *const explain_names[EXPLAIN__MAX]; /* full terse */

struct about;
struct bad_token;

struct tenant {
    const char *name;   /* "default" */
    const char *issuer; /* absolute http(s) URL without trailing slash; may have a path */
    const struct profile *profile;
    enum login_mode login;
    enum explain_mode explain; /* terse: refusals carry no error_description (RFC 6749 10.10) */
    int64_t guesses;           /* wrong secrets a client may send in a minute; 0: any number */
    struct db *db;
    struct ring *ring;
    struct clock clock;
    int64_t skew; /* seconds that what is written into tokens is ahead of the clock */
    struct random *random;
    const char *try_uri; /* counts as registered in this call; NULL: nothing does */
    struct about *about; /* of the call that this copy is for; NULL: of none */
    /* What is wrong on purpose with the tokens that this call makes; NULL: nothing. */
    const struct bad_token *id_token_bad;
    const struct bad_token *access_token_bad;
};

/* The tenant as one request sees it: a copy whose clock stands still from now on. */
struct tenant tenant_still(const struct tenant *tenant);

/* Seconds since the epoch on the tenant's clock. */
int64_t tenant_now(const struct tenant *tenant);

/* A moment as a token tells it, which a skewed tenant gets wrong. */
int64_t tenant_told(const struct tenant *tenant, int64_t at);

/* True when the issuer is https: cookies are then Secure and __Host-. */
bool tenant_is_https(const struct tenant *tenant);

#endif
