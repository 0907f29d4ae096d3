/* What tests call tenants and snapshots: one grammar, as both stand in paths and a client may make
 * something else of "..", a capital or a space. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_THING_NAME_H
#define MAKESHIFT_ENDPOINTS_CONTROL_THING_NAME_H

#include "server/base/shape.h"

extern const struct shape thing_name;

#endif
