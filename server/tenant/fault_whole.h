/* A fault as it is given becomes one that says everything. */
#ifndef MAKESHIFT_TENANT_FAULT_WHOLE_H
#define MAKESHIFT_TENANT_FAULT_WHOLE_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/tenant/fault_shape.h"

/* With what the catalogue says of it, where it names one, and with the members that nobody has
 * said. A new reference, which shares nothing with `given`; NULL: it is refused. */
MUST_USE json_t *fault_whole(const json_t *given, enum fault_stage *stage,
                             struct fault_refusal *refusal);

#endif
