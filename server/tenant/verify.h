/* Whether something happened, by the journal: so many times, or in an order.
 *
 *   {"match", "times"?, "within"?}  the match fits so many entries: `times` has exactly, or
 * at_least and at_most; without it, at least one. With `within`, counted are the most that came in
 * a span of that length
 *   {"sequence", "within"?}         entries fit the matches in this order, others between them or
 *                                   not; with `within`, the last came so soon after the first
 *
 * Both take `since`, which leaves out the entries up to that number, and `wait`, which is for who
 * asks again. Spans are on the tenant's clock. */
#ifndef MAKESHIFT_TENANT_VERIFY_H
#define MAKESHIFT_TENANT_VERIFY_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/shape.h"
#include "server/tenant/journal.h"

#define VERIFY_WAIT_MAX 600000 /* milliseconds */

extern const struct shape verify_shape;

/* What no shape tells of a question: NULL, or what is expected at `*pointer`, as "expected" goes.
 */
const char *verify_fault(const json_t *asked, const char **pointer);

/* True when it came true. `*report` (NULL: nobody reads it), a new reference, has `seen` (how many;
 * of a sequence, how many of its steps), `entries` (their ids, the first 100) and, when it did not,
 * `expected` (in words), `nearest` (at most 3 entries that fit least badly: id, method, path,
 * status, differences as match_differences has them) and, of a sequence that took too long, `took`.
 * `tenant` as in struct journal_query. */
bool verify_run(struct journal *journal, const struct tenant *tenant, const json_t *asked,
                json_t **report);

/* Whether an entry behind this number may change the answer that there was up to it: one fits, or
 * those it was made of are forgotten. Far less than asking again. */
bool verify_is_touched(struct journal *journal, const struct tenant *tenant, const json_t *asked,
                       int64_t since);

#endif
