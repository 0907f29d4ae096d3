/* What an authorization says beside its scope. It goes from the code to the grant. */
#ifndef MAKESHIFT_STORE_TERMS_H
#define MAKESHIFT_STORE_TERMS_H

#include <stdint.h>

struct terms {
    const char *claims;   /* the claims that were asked for, as JSON; NULL: none were */
    const char *sid;      /* of the browser session; NULL: there was none */
    const char *resource; /* whom its access tokens are meant for (RFC 8707); NULL: the issuer */
    int64_t organization; /* the one that the user limited it to; 0: it is not limited */
};

#endif
