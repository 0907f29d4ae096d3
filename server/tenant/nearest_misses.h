/* The entries of a journal that a match fits least badly. */
#ifndef MAKESHIFT_TENANT_NEAREST_MISSES_H
#define MAKESHIFT_TENANT_NEAREST_MISSES_H

#include "server/tenant/journal.h"

/* At most 3 of those it does not fit, with the fewest differences, the newest first of the like:
 * id, method, path, status, differences. Of `query` its match is not read. A new reference. */
json_t *nearest_misses(struct journal *journal, const struct journal_query *query,
                       const json_t *match);

#endif
