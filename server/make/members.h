/* Who is what where: the roles of users in organizations and teams. */
#ifndef MAKESHIFT_MAKE_MEMBERS_H
#define MAKESHIFT_MAKE_MEMBERS_H

#include "server/make/document.h"

/* Gives the user (the store's number) this role there, in the place of another; a role of NULL takes it away. */
struct verdict members_set(const struct api *api, int64_t user,
                           const struct membership *membership);

#define MEMBERS_TEAM_ADMIN "Team admin"

/* Whoever makes a team or an organization is its first administrator. */
struct verdict members_join_new(const struct api *api, const struct document_row *row,
                                const json_t *document);

/* Nobody has a role any more in a team or an organization, with its teams, that is about to be deleted. */
struct verdict members_leave_gone(const struct api *api, const struct document_row *row);

/* The user has no role any more in the organization and its teams. */
struct verdict members_leave(const struct api *api, const struct user_row *user,
                             int64_t organization);

/* Whoever has the role `from` in the organization or its teams, as `kind` says, has `to` instead. */
struct verdict members_change_role(const struct api *api, int64_t organization, const char *kind,
                                   const char *from, const char *to);

/* The API's numbers of those who have that role there, with commas between them; NULL: nobody. */
struct verdict members_with_role(const struct api *api, int64_t organization, const char *kind,
                                 const char *role, const char **holders);

/* What the API shows of a user: id, name, email, avatar. A new reference. */
json_t *members_describe(const struct user_row *user);

/* A user by the API's number. NOT_FOUND. */
struct verdict members_user(const struct api *api, int64_t number, struct user_row *user);

#endif
