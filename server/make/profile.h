/* What the API tells a user of itself: more than others see. Inside server/make. */
#ifndef MAKESHIFT_MAKE_PROFILE_H
#define MAKESHIFT_MAKE_PROFILE_H

#include "server/make/api.h"

/* The caller as GET /users/me shows it, a new reference: its timezone, locale and country with
 * their numbers in the enums, the first of each where the user has none. */
json_t *profile_describe(const struct api *api);

#endif
