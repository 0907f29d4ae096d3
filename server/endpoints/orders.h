/* What the control door told a realm and is to hold, read from its database and written there: its
 * clock, its faults, its sign-ins to come, and what its JWKS is. */
#ifndef MAKESHIFT_ENDPOINTS_ORDERS_H
#define MAKESHIFT_ENDPOINTS_ORDERS_H

#include "server/base/attr.h"
#include "server/endpoints/realm.h"

/* The realm is steered as its database says; where that says nothing of the clock, it is what it
 * was at first. The lock is held for writing, or nobody knows it yet. 0 or negative. */
MUST_USE int orders_take_up(struct realm *realm);

/* The same of the tenant that a start serves: a clock that the command line tells counts for more
 * than one that the door was told. */
MUST_USE int orders_take_up_first(struct realm *realm);

/* Each is in the database, and then holds. The lock is held for writing. 0 or negative, and nothing
 * has changed. `text` is for free() and taken when it is done. */
MUST_USE int orders_set_clock(struct realm *realm, const struct clock *clock, int64_t skew);
MUST_USE int orders_set_jwks(struct realm *realm, enum jwks_mode mode, char *text);

#endif
