/* Users: found, while they are still in the fixture. */
#ifndef MAKESHIFT_OAUTH_USER_H
#define MAKESHIFT_OAUTH_USER_H

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/oauth/tenant.h"
#include "server/store/users.h"

/* The user of a code or refresh token, or INVALID_GRANT when they have left (OpenID Connect
 * Core 3.1.3.2, 12.1). */
MUST_USE struct verdict user_of_grant(struct tenant *tenant, struct arena *arena, int64_t id,
                                      struct user_row *user);

/* The user that a parameter of the authorization request names by subject, preferred_username or
 * e-mail address. LOGIN_REQUIRED, with the nearest such name, when it names nobody. */
MUST_USE struct verdict user_of_hint(struct tenant *tenant, struct arena *arena,
                                     const char *parameter, const char *hint,
                                     struct user_row *user);

/* The name of a user (a subject, e-mail address or preferred_username) that a slip of the hand may
 * have meant, in the arena; NULL: none is near. 0; negative: broken. */
MUST_USE int user_find_nearest(struct tenant *tenant, struct arena *arena, const char *hint,
                               const char **name);

/* Whether it is the user's; NULL is none. Of a user without one every password is. */
bool user_password_is(const struct user_row *user, const char *password);

#endif
