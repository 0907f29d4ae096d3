/* One call of the API, from a token that was recognised to the answer. */
#ifndef MAKESHIFT_MAKE_RULE_H
#define MAKESHIFT_MAKE_RULE_H

#include "server/base/attr.h"
#include "server/make/api.h"

/* What the operation needs of the token, before query and body of `api` are read:
 * INSUFFICIENT_SCOPE, PERMISSION_DENIED. */
MUST_USE struct verdict rule_admit(const struct api *api);

/* The answer to a caller who was admitted. What the operation needs of the user's role is looked at
 * before anything is done: PERMISSION_DENIED, NOT_FOUND, RATE_LIMITED, CONFIRMATION_REQUIRED,
 * INVALID_INPUT. */
MUST_USE struct verdict rule_answer(const struct api *api, struct api_answer *answer);

#endif
