/* What a fault is given as, and the rules about it that no shape tells. */
#ifndef MAKESHIFT_TENANT_FAULT_SHAPE_H
#define MAKESHIFT_TENANT_FAULT_SHAPE_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/attr.h"
#include "server/base/shape.h"

/* When in an exchange a fault takes effect. A test knows "before" and "after", which is all others:
 * a fault that spoils tokens has to be chosen before they are made, and one that changes an answer
 * only where there is something to be changed. */
enum fault_stage { FAULT_BEFORE, FAULT_MAKING, FAULT_AFTER, FAULT_CHANGING, FAULT__MAX };

/* {"fault", "match", "when", "skip", "every", "times", "probability", "do"}: all optional, but one
 * of fault and do has to be there, which fault_judge sees to. */
#define FAULT_NAME_EXPECTED "the name of a fault that GET faults/catalogue lists"
extern const struct shape fault_shape;

/* The same with "name" and "says" and without "fault": a fault of the catalogue. */
extern const struct shape fault_named_shape;

/* The name of a bad token, which goes into "do" and may be minted. */
extern const struct shape bad_token_shape;

/* What a fault is to "do". */
extern const struct shape fault_doing_shape;

/* Why it is refused. */
#define FAULT_NAME_SIZE 64
struct fault_refusal {
    const char *pointer; /* into what was given; static, like `expected` */
    const char *expected;
    char nearest[FAULT_NAME_SIZE]; /* the name that was probably meant; "": none */
};

/* Judges a fault of the shape, with what the catalogue has of it put in, and sets its "when" where
 * that is not said. 0, and the stage; 1, and `*refusal`. */
MUST_USE int fault_judge(json_t *fault, enum fault_stage *stage, struct fault_refusal *refusal);

/* Judges a "do" by itself, of its shape, for an exchange that is held before its handler or after
 * it: FAULT_BEFORE or FAULT_AFTER. 0, and the stage at which it takes effect: tokens of who is held
 * before are yet to be made. 1, and `*refusal`. */
MUST_USE int fault_judge_doing(const json_t *what, enum fault_stage held, enum fault_stage *stage,
                               struct fault_refusal *refusal);

#endif
