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

/* The same for a browser that is not here: {"location"}, and with form_post the fields that are to
 * be posted there as "form". A new reference. And back: sends the browser there. */
json_t *answer_client_later(struct call *call, const struct answer_parameter *parameters,
                            size_t count);
void answer_kept(struct call *call, const json_t *kept);

/* What the client is told of a refusal; the caller's call_may_answer came before. */
json_t *answer_refusal_later(struct call *call, const struct verdict *verdict);

#endif
