/* What is to go wrong in one tenant: faults in the order in which they were added.
 *
 * On one exchange, at each stage, the oldest fault that is not used up and whose match fits counts,
 * and no other: it is counted as matched and, unless skip, every or chance say otherwise, fires. A
 * fault that has fired as often as it may is used up, and stays to be looked at.
 *
 * Thread-safe: one lock. Where there is none to fire, nothing is locked. */
#ifndef MAKESHIFT_TENANT_FAULTS_H
#define MAKESHIFT_TENANT_FAULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/oauth/tenant.h"
#include "server/tenant/fault_plan.h"
#include "server/tenant/fault_shape.h"

#define FAULTS_MAX 10000     /* that are not used up */
#define FAULTS_USED_MAX 1000 /* that are, and stay: the last ones */

struct faults;

/* Of this tenant, whose database keeps them and has it open when one is changed; borrowed. NULL:
 * they are in memory alone. */
struct faults *faults_new(const struct tenant *tenant);
void faults_free(struct faults *faults); /* NULL is fine */

enum faults_outcome {
    FAULTS_DONE = 0,
    FAULTS_REFUSED = 1,
    FAULTS_FULL = 2,
    FAULTS_UNKNOWN = 3,
    FAULTS_BROKEN = -1, /* the store is: nothing has changed, logged */
};

/* Adds one, of fault_shape; borrowed. With "fault" the catalogue says what is not given here, and
 * members of "match" and "do" are added to the catalogue's. `*made` is a new reference to what
 * faults_get shows. FAULTS_REFUSED with `*refusal`; FAULTS_FULL. */
MUST_USE int faults_add(struct faults *faults, const json_t *given, struct fault_refusal *refusal,
                        json_t **made);

/* {"id", "fault"?, "match", "when", "skip", "every", "times"?, "probability", "do", "matched",
 * "fired", "used_up"}. New references; the list is in order of making. */
json_t *faults_list(struct faults *faults);
MUST_USE int faults_get(struct faults *faults, int64_t id, json_t **fault);
MUST_USE int faults_delete(struct faults *faults, int64_t id);
MUST_USE int faults_empty(struct faults *faults); /* ids go on; 0 or FAULTS_BROKEN */
bool faults_have(struct faults *faults, int64_t id);

/* In place of all that are there, those of a list as faults_list gives one, counters and ids
 * included: for what is restored. The list is borrowed. */
void faults_restore(struct faults *faults, const json_t *list);

/* The same from the tenant's database. 0 or FAULTS_BROKEN. */
MUST_USE int faults_take_up(struct faults *faults);

/* Whether any fault is left to fire: one atomic read. NULL: none. */
bool faults_any(const struct faults *faults);

/* The plan of the fault that fires on this subject (match.h) at this stage: whoever gets it gives
 * it to fault_plan_fini, if it fires (`id` is not 0) or not.
 *
 * FAULT_MAKING, asked before the handler, is for faults that spoil tokens, and only when no older
 * fault waits for the answer. One that fires there is also the exchange's fault for the answer:
 * neither FAULT_AFTER nor FAULT_CHANGING is asked then. Of these FAULT_CHANGING is asked where the
 * answer can be changed, and is for those of both: a fault that changes an answer waits for one. */
void faults_choose(struct faults *faults, enum fault_stage stage, const json_t *subject,
                   struct random *random, struct fault_plan *plan);

/* The fault of this plan had nothing to spoil, as no token was made: it has neither matched nor
 * fired. The plan is then over. */
void faults_withdraw(struct faults *faults, struct fault_plan *plan);

#endif
