/* Who is what where: a user's roles in organizations and teams, as the store keeps them. */
#ifndef MAKESHIFT_OAUTH_MEMBERSHIP_H
#define MAKESHIFT_OAUTH_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"

#define MEMBERSHIP_ORGANIZATION "organization"
#define MEMBERSHIP_TEAM "team"

struct membership {
    const char *kind; /* one of the two */
    int64_t id;
    const char *role;
};

struct memberships {
    const struct membership *list; /* in the arena */
    size_t count;
    bool is_admin; /* of the platform */
};

/* From and to the store's text: a line for each, and one that says "admin". A line that is none is
 * passed over. */
struct memberships memberships_read(struct arena *arena, const char *text);
const char *memberships_text(struct arena *arena, const struct memberships *memberships);

/* The role's name there; NULL: none. Borrowed. */
const char *memberships_role(const struct memberships *memberships, const char *kind, int64_t id);

/* The text with this role there in the place of another, at the end; `role` NULL takes it away. */
const char *memberships_with(struct arena *arena, const char *text,
                             const struct membership *membership);

#endif
