/* What ctl's tables hold, in words. */
#ifndef MAKESHIFT_TOOLS_CTL_HELP_H
#define MAKESHIFT_TOOLS_CTL_HELP_H

#include <stdbool.h>

#include "server/base/nearest.h"
#include "server/tools/ctl_table.h"

/* Whether there is a row of this resource. */
bool ctl_help_has(const char *resource);

/* "get, advance, set" of "clock". */
const char *ctl_help_verbs(struct arena *arena, const char *resource);

/* Offers the verbs of the resource; NULL: all resources. */
void ctl_help_offer(struct arena *arena, const char *resource, struct nearest *nearest);

/* All commands of the resource, a line each; NULL: of all. */
const char *ctl_help_text(struct arena *arena, const char *resource);

#endif
