/* What the calls about tenants have in common. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_TENANTS_H
#define MAKESHIFT_ENDPOINTS_CONTROL_TENANTS_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/endpoints/control/resources.h"

extern const struct shape tenant_base_shape, tenant_idle_shape;

/* As the door shows it. A new reference. */
json_t *tenants_show(const struct door *door, struct realm *realm);

/* It has a database that is open afterwards; or a refusal. */
MUST_USE struct verdict tenants_wake(const struct door *door, struct realm *realm);

/* Its ttl is what the body says, if that says any. */
void tenants_end_when_idle(const struct door *door, struct realm *realm);

#endif
