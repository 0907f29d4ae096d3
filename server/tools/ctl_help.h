/* What ctl's tables hold, in words. */
#ifndef MAKESHIFT_TOOLS_CTL_HELP_H
#define MAKESHIFT_TOOLS_CTL_HELP_H

#include <stdbool.h>

#include "server/base/candidate.h"
#include "server/base/nearest.h"
#include "server/tools/ctl_table.h"

/* The row whose words are these, or NULL; `verb` may be NULL. */
const struct ctl_row *ctl_help_row(struct arena *arena, const char *resource, const char *verb);

/* What the row's command takes, with what all commands of ctl take. */
struct usage ctl_help_usage(struct arena *arena, const struct ctl_row *row);

/* Whether there is a row of this resource. */
bool ctl_help_has(const char *resource);

/* "get, advance, set" of "clock"; NULL: the resources. */
const char *ctl_help_list(struct arena *arena, const char *resource);

/* Offers the verbs of the resource; NULL: all resources. */
void ctl_help_offer(struct arena *arena, const char *resource, struct nearest *nearest);

/* Offers the verbs of the resource to a shell; NULL: all resources. */
void ctl_help_candidates(struct candidates *candidates, const char *resource);

/* All commands of the resource, a line each; NULL: of all. */
const char *ctl_help_text(struct arena *arena, const char *resource);

#endif
