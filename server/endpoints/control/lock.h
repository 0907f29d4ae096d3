/* Who may use the control door: whoever uses it can do anything to what is served. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_LOCK_H
#define MAKESHIFT_ENDPOINTS_CONTROL_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"

struct call;

/* Zero: whoever reaches the server. Texts are borrowed. */
struct lock {
    bool is_off;        /* nobody */
    bool is_unasked;    /* reached from beyond this machine, which nobody asked for: nobody */
    uint16_t port;      /* where the door is, alone; 0: it has no port of its own */
    const char *origin; /* base URL of that port, without a slash at its end; NULL: the issuer's */
    const char *token;  /* who sends this as a bearer token (RFC 6750 2.1); NULL: none is asked */
};

/* NOT_FOUND where there is no door, and ACCESS_DENIED beyond this machine, whoever calls. */
MUST_USE struct verdict lock_stands(const struct lock *lock, const struct call *call);

/* Whether lock_check would let the call in; the answer says nothing of it. */
bool lock_is_open(const struct lock *lock, const struct call *call);

/* NOT_FOUND where there is no door, ACCESS_DENIED beyond this machine, MISSING_TOKEN and
 * INVALID_TOKEN with a challenge; each says which option opens it. */
MUST_USE struct verdict lock_check(const struct lock *lock, const struct call *call);

#endif
