/* How clients behaved, judged from the journal by a TABLE of rules (audit_rules.c). */
#ifndef MAKESHIFT_TENANT_AUDIT_H
#define MAKESHIFT_TENANT_AUDIT_H

#include <jansson.h>

#include "server/tenant/journal.h"

/* One report for each client that an entry of the journal has, in order of appearance:
 *
 *   {"client_id", "findings": [{"rule", "level", "clause", "says", "outcome", "exchanges",
 * "hint"}]}
 *
 * `level` is MUST or SHOULD, `outcome` passed, failed or not exercised; `exchanges` are the ids of
 * the entries that show it, a hundred at most; `hint` is what would exercise the rule. `faults` is
 * borrowed, as faults_list gives it: what an entry's fault was is looked up there. A new
 * reference. */
json_t *audit_all(struct journal *journal, const json_t *faults);

/* The report of one client, and whether it has done anything so far. A new reference. */
json_t *audit_of(struct journal *journal, const json_t *faults, const char *client_id,
                 bool *is_seen);

#endif
