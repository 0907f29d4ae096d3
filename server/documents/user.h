/* Users as the API has them. */
#ifndef MAKESHIFT_DOCUMENTS_USER_H
#define MAKESHIFT_DOCUMENTS_USER_H

#include <jansson.h>

#include "server/store/users.h"

/* The user's number in the API: the subject where that is one, else the store's behind
 * 1,000,000,000. */
int64_t user_number(const struct user_row *user);

/* What the API shows of a user: id, name, email, avatar. A new reference. */
json_t *user_describe(const struct user_row *user);

#endif
