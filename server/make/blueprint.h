/* What a blueprint says of the scenario or template that it makes. Inside server/make. */
#ifndef MAKESHIFT_MAKE_BLUEPRINT_H
#define MAKESHIFT_MAKE_BLUEPRINT_H

#include "server/base/attr.h"
#include "server/make/api.h"

/* When the body has a blueprint, which is kept apart: its name becomes a member, and what its
 * modules are of the member `packages`, unless those are there; its interface is kept apart, too,
 * as is the one of `metadata`. INVALID_INPUT when it is no object. */
MUST_USE struct verdict blueprint_take(const struct api *api, const char *packages, json_t *members,
                                       json_t *apart);

#endif
