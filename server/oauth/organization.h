/* Make's organizations, as far as a grant can be limited to one of them. */
#ifndef MAKESHIFT_OAUTH_ORGANIZATION_H
#define MAKESHIFT_OAUTH_ORGANIZATION_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/attr.h"
#include "server/oauth/tenant.h"
#include "server/store/users.h"

struct organization {
    int64_t id;
    const char *name;
    const char *role; /* the user's */
};

struct organizations {
    const struct organization *list;
    size_t count;
};

/* The organizations that the user is in, in the user's order, in the arena. 0; negative: broken. */
MUST_USE int organizations_of(struct tenant *tenant, struct arena *arena,
                              const struct user_row *user, struct organizations *organizations);

bool organizations_have(const struct organizations *organizations, int64_t id);

#endif
