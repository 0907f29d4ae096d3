/* Calls of what is nowhere: no route has their path, or there is no such tenant. */
#ifndef MAKESHIFT_ENDPOINTS_LOST_H
#define MAKESHIFT_ENDPOINTS_LOST_H

#include "server/base/attr.h"
#include "server/endpoints/call.h"

/* 404, with where to look. */
MUST_USE struct verdict lost_refuse(const struct call *call);

/* Whether it looked for the control door, which refuses in problem details. */
bool lost_is_for_door(const struct call *call);

#endif
