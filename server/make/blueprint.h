/* What a blueprint says of the scenario or template that it makes. Inside server/make. */
#ifndef MAKESHIFT_MAKE_BLUEPRINT_H
#define MAKESHIFT_MAKE_BLUEPRINT_H

#include "server/make/api.h"

/* Where the collection names a blueprint (`named_by`) and the body has one: its name and its packages become members, unless
 * those are there, and its interface is kept apart, as is the one of `metadata`. INVALID_INPUT when it is no object. */
struct verdict blueprint_take(const struct api *api, const struct collection *collection,
                              json_t *members, json_t *apart);

#endif
