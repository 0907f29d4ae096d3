/* The one place where a verdict becomes an answer. */
#ifndef MAKESHIFT_ENDPOINTS_ANSWER_H
#define MAKESHIFT_ENDPOINTS_ANSWER_H

#include <jansson.h>

#include "server/endpoints/routes.h"

/* Writes the refusal that call->verdict is, in the dialect given. */
void answer_refusal(struct call *call, enum dialect dialect);

/* Answers a value as JSON. The text is made in the call's arena, `body` stays the caller's. */
void answer_json(struct call *call, int status, const json_t *body);

/* Sends the browser back to the client with these parameters, `state` and `iss` (RFC 6749 4.1.2,
 * RFC 9207), in the request's response mode. */
struct answer_parameter {
    const char *name;
    const char *value; /* NULL: left out */
};
void answer_client(struct call *call, const struct answer_parameter *parameters, size_t count);

#endif
