/* A role by its number: a built-in one, or one that users made. Inside server/make. */
#ifndef MAKESHIFT_MAKE_ROLE_H
#define MAKESHIFT_MAKE_ROLE_H

#include "server/base/attr.h"
#include "server/make/api.h"

#define CUSTOM_ROLES "custom-roles" /* the collection */
#define CUSTOM_ROLES_FROM 1000      /* their numbers begin behind it */

/* As an answer has it, a new reference. NOT_FOUND. */
MUST_USE struct verdict role_describe(const struct api *api, int64_t number, json_t **role);

/* All that the caller can see, built-in ones first. */
MUST_USE struct verdict role_list(const struct api *api, json_t *roles);

/* The name of a permission by its number, which is its place in the table of roles.h, from 1. A new
 * reference. */
json_t *role_permission(const struct world *world, const json_t *number);

/* The number of the built-in role of that name, or of the organization's own; 0: there is none. */
MUST_USE struct verdict role_number(const struct world *world, int64_t organization,
                                    const char *name, int64_t *number);

#endif
