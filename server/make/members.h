/* Who is what where: the roles of users in organizations and teams. */
#ifndef MAKESHIFT_MAKE_MEMBERS_H
#define MAKESHIFT_MAKE_MEMBERS_H

#include "server/base/attr.h"
#include "server/documents/user.h"
#include "server/documents/world.h"
#include "server/oauth/error.h"
#include "server/oauth/membership.h"
#include "server/store/documents.h"

/* Gives the user (the store's number) this role there, in the place of another; a role of NULL
 * takes it away. */
MUST_USE struct verdict members_set(const struct world *world, int64_t user,
                                    const struct membership *membership);

#define MEMBERS_TEAM_ADMIN "Team admin"

/* Whoever makes a team or an organization is its first administrator. */
MUST_USE struct verdict members_join_new(const struct world *world, const struct document_row *row,
                                         const json_t *document);

/* Nobody has a role any more in a team or an organization, with its teams, that is about to be
 * deleted. */
MUST_USE struct verdict members_leave_gone(const struct world *world,
                                           const struct document_row *row);

/* The user has no role any more in the organization and its teams. */
MUST_USE struct verdict members_leave(const struct world *world, const struct user_row *user,
                                      int64_t organization);

/* Whoever has the role `from` in the organization or its teams, as `kind` says, has `to`
 * instead. */
MUST_USE struct verdict members_change_role(const struct world *world, int64_t organization,
                                            const char *kind, const char *from, const char *to);

/* The API's numbers of those who have that role there, with commas between them; NULL: nobody. */
MUST_USE struct verdict members_with_role(const struct world *world, int64_t organization,
                                          const char *kind, const char *role, const char **holders);

/* A user by the API's number. NOT_FOUND. */
MUST_USE struct verdict members_user(const struct world *world, int64_t number,
                                     struct user_row *user);

#endif
