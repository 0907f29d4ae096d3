/* Connecting: the steps in Make's order, in two halves, as a person may be needed between them. */
#ifndef MAKESHIFT_CONNECTION_FLOW_H
#define MAKESHIFT_CONNECTION_FLOW_H

#include "server/connection/engine.h"

#define FLOW_STATE_SIZE 21 /* 20 hexadecimal digits, as in Make's old engine, and a NUL */

/* A fresh state. */
void flow_state(struct random *random, char out[FLOW_STATE_SIZE]);

/* Up to the person, who is to be sent to `*url`; NULL: nobody has to be. ENGINE_DONE or
 * ENGINE_FAILED. */
MUST_USE int flow_begin(struct engine *engine, const char *state, const char **url,
                        struct failure *failure);

/* From there on: `query` is what they came back with, as it stood in the address; NULL: nobody was
 * sent. ENGINE_DONE or ENGINE_FAILED. */
MUST_USE int flow_end(struct engine *engine, const char *query, const char *state,
                      struct failure *failure);

#endif
