/* What a fault does to one exchange. */
#ifndef MAKESHIFT_TENANT_FAULT_PLAN_H
#define MAKESHIFT_TENANT_FAULT_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/random.h"
#include "server/base/arena.h"
#include "server/oauth/bad_token.h"
#include "server/tenant/fault_shape.h"

enum fault_end {
    FAULT_END_WHOLE,
    FAULT_END_CLOSE,     /* nothing is sent, and the connection ends */
    FAULT_END_RESET,     /* nor here, and it is reset */
    FAULT_END_CUT,       /* after so many bytes of the body */
    FAULT_END_MALFORMED, /* a broken chunk */
};

/* Texts live as long as the plan. */
struct fault_plan {
    int64_t id;    /* of the fault; 0: of none */
    int64_t latch; /* that let go with this; 0: none */
    enum fault_stage stage;
    json_t *doing;                 /* the fault's own "do", kept; NULL: nothing goes wrong */
    bool answers;                  /* there is an answer in it: error, status or body */
    const char *error;             /* NULL: none */
    const char *error_description; /* NULL: none */
    int status;                    /* 0: the error's, or 200, or the answer's own */
    const json_t *headers;         /* name: text, or null, which takes it away; NULL: none */
    const char *content_type;      /* NULL: the answer's own */
    int64_t delay_ms;
    size_t dribble_bytes; /* at a time; 0: all */
    int64_t dribble_ms;
    enum fault_end end;
    size_t cut;                           /* bytes */
    const struct bad_token *token;        /* of ID tokens; NULL: none */
    const struct bad_token *access_token; /* NULL: none */
};

/* The plan of a "do", which is copied. What is left to chance is drawn. */
void fault_plan_make(struct fault_plan *plan, int64_t id, enum fault_stage stage, json_t *doing,
                     struct random *random);
void fault_plan_fini(struct fault_plan *plan); /* also of an empty one, which it then is */

/* Whether anything goes wrong. */
bool fault_plan_is_there(const struct fault_plan *plan);

/* The body of the plan's own answer, in the arena, and its Content-Type; NULL: it has none. An
 * error's is RFC 6749 5.2's. */
const char *fault_plan_body(const struct fault_plan *plan, struct arena *arena, size_t *size,
                            const char **content_type);

/* What "change" and "double" make of the answer's body, in the arena; NULL: they leave it as it is,
 * because the plan has neither, or it is no JSON object. */
const char *fault_plan_changed(const struct fault_plan *plan, struct arena *arena, const char *body,
                               size_t size, size_t *changed_size);

/* What "change" and "double" make of parameters, encoded as a form is: texts and numbers are set,
 * null takes away; what is no value for a parameter leaves it as it was. In the arena; NULL: the
 * plan has neither. */
const char *fault_plan_parameters(const struct fault_plan *plan, struct arena *arena,
                                  const char *parameters);

/* The same of a redirect, whose parameters are in its fragment or else its query. */
const char *fault_plan_location(const struct fault_plan *plan, struct arena *arena,
                                const char *location);

#endif
