/* The grammar by which a test says which requests it means: one for faults, latches, sign-ins, the
 * journal and verify.
 *
 * A *subject* is a request as JSON, with what is known of it (server/tenant/subject.h). A *match*
 * is an object of match_shape; it fits a subject when all its members do:
 *
 *   endpoint    a word of endpoint_words
 *   method      in any case
 *   path        as sent, without the query and, below a tenant, without /t/NAME
 *   parameters  of query and form together: each name a value; null: it was not sent
 *   header      the same of headers, whose names are in lower case in a subject, any in a match
 *   body        of a JSON body a part: members that are not named may be there, the items of a list
 *               be among others; null: not there, or null
 *   client_id, grant_type, operation, error
 *   user        by sub, e-mail or preferred_username
 *   scope       words, all of which are the subject's, among others
 *   status      a number, or a class: "5xx"
 *
 * A text may also be {"pattern": ...}, a regular expression that is found somewhere in it, in any
 * case (server/base/pattern.h). What was sent several times is a list in a subject, and fits when
 * one of its items does. Secrets stand in a subject as fingerprints (server/tenant/fingerprint.h);
 * a text of a match fits one when it is the fingerprint, or what the fingerprint is of. */
#ifndef MAKESHIFT_TENANT_MATCH_H
#define MAKESHIFT_TENANT_MATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/base/shape.h"

extern const struct shape match_shape;

/* The member that speaks of the answer, "status" or "error", and so can only be known after the
 * handler; NULL: none does. For `when: before`, which is refused with one. */
const char *match_of_answer(const json_t *match);

/* Whether the match, of match_shape, fits. NULL and an empty one fit all. */
bool match_fits(const json_t *match, const json_t *subject);

/* In how many members the subject differs. */
size_t match_distance(const json_t *match, const json_t *subject);

/* [{"member": "/parameters/code", "expected": ..., "actual": ...}]: expected as the match has it, a
 * secret as its fingerprint; actual null when it is not there. The caller owns it. */
json_t *match_differences(const json_t *match, const json_t *subject);

#endif
