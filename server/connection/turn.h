/* One request of a step, from its directive to what is kept of the answer. For the engine alone. */
#ifndef MAKESHIFT_CONNECTION_TURN_H
#define MAKESHIFT_CONNECTION_TURN_H

#include "server/connection/engine.h"

struct turn {
    struct engine *engine;
    enum step step;
    json_t *directive;
    const char *place; /* the directive's pointer: "/token", "/token/1" */
    size_t number;     /* of an array's requests, from 1; 0: it is the step's only one */
    struct iml iml;
    struct outgoing outgoing;
    bool is_signed; /* by OAuth 1 */
    struct incoming incoming;
    struct iml_value query; /* of the callback; undefined: none */
    struct iml_value body;  /* of the answer, read */
    struct kept kept;       /* what will be kept if all holds */
    struct iml_value temp;
    struct failure *failure;
};

/* A turn with the variables of a request. */
void turn_begin(struct turn *turn);

/* The variables of the response: body, headers, statusCode, query. */
void turn_show_answer(struct turn *turn);

/* Fills a member of an object; undefined when there is none. */
MUST_USE int turn_fill(struct turn *turn, json_t *object, const char *way, const char *name,
                       struct iml_value *value);

/* Says why the turn failed. Gives ENGINE_FAILED. */
struct turn_fault {
    const char *pointer, *why, *shown, *name;
};
MUST_USE int turn_fail(struct turn *turn, const struct turn_fault *fault);

/* The members of OAuth 1's `oauth`, those of the connection with the directive's own over them;
 * undefined where neither has any. ENGINE_DONE or ENGINE_FAILED. */
MUST_USE int turn_oauth(struct turn *turn, struct iml_value *oauth);

/* Signs the request, if there is an `oauth` to sign it with. ENGINE_DONE or ENGINE_FAILED. */
MUST_USE int turn_sign(struct turn *turn);

/* The answer against response's members, in Make's order. ENGINE_DONE or ENGINE_FAILED. */
MUST_USE int turn_judge(struct turn *turn);

/* Learns the secrets that are kept, whatever they go by. */
void turn_learn_kept(const struct turn *turn);

/* Tells the engine's listener. */
void turn_tell(const struct turn *turn, bool has_failed);

#endif
