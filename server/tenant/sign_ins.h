/* Sign-ins to come: what the next authorization requests meet where nobody is asked (--login auto).
 * A test says it before, and each request that one fits takes it once. Thread-safe: one lock, and
 * none while nothing is to come.
 *
 * One is a JSON object: `id`; what was given, as it was given: `user`, `decision`, `scope`,
 * `organization`, `client_id`, `error`, `match`; `times`, how often it may be met; `met`, how often
 * it was. One that is used up stays, to be looked at. */
#ifndef MAKESHIFT_TENANT_SIGN_INS_H
#define MAKESHIFT_TENANT_SIGN_INS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/oauth/tenant.h"

#define SIGN_INS_MAX 10000     /* to come */
#define SIGN_INS_USED_MAX 1000 /* used up: beyond it the oldest goes */

struct sign_ins;

/* Of this tenant, whose database keeps them and has it open when one is changed; borrowed. NULL:
 * they are in memory alone. */
struct sign_ins *sign_ins_new(const struct tenant *tenant);
void sign_ins_free(struct sign_ins *sign_ins); /* NULL is fine */

/* Adds a copy of what was given, with `times` 1 where it is not said. 0, and `*shown` is a new
 * reference to a copy; 1: as many are to come as there may be; negative: the store is broken, and
 * nothing has changed. */
MUST_USE int sign_ins_add(struct sign_ins *sign_ins, const json_t *given, json_t **shown);

/* All in the order made; and the one of that id, NULL: there is none. New references to copies. */
json_t *sign_ins_list(struct sign_ins *sign_ins);
json_t *sign_ins_get(struct sign_ins *sign_ins, int64_t id);

/* 0; 1: there is none; negative: the store is broken. */
MUST_USE int sign_ins_remove(struct sign_ins *sign_ins, int64_t id);
MUST_USE int sign_ins_clear(struct sign_ins *sign_ins);

/* Puts those of a list, as sign_ins_list gives it, in place of all that are there. Ids go on from
 * the highest there ever was. */
void sign_ins_restore(struct sign_ins *sign_ins, const json_t *list);

/* The same from the tenant's database. 0 or negative. */
MUST_USE int sign_ins_take_up(struct sign_ins *sign_ins);

/* Whether any is to come: one atomic read, for whoever would have to make a subject first. */
bool sign_ins_are_to_come(const struct sign_ins *sign_ins);

/* The oldest one that is for this client and whose match fits the subject, met once more. A new
 * reference to a copy; NULL: there is none. */
json_t *sign_ins_meet(struct sign_ins *sign_ins, const char *client_id, const json_t *subject);

#endif
