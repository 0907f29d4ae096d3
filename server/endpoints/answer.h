/* The one place where a verdict becomes an answer. */
#ifndef MAKESHIFT_ENDPOINTS_ANSWER_H
#define MAKESHIFT_ENDPOINTS_ANSWER_H

#include "server/endpoints/routes.h"

/* Writes the refusal in the dialect given, and to the log. */
void answer_refusal(struct call *call, enum dialect dialect, struct verdict verdict);

/* Sends the browser back to the client with these parameters, `state` and `iss` (RFC 6749 4.1.2, RFC 9207): 302
 * answering a GET, 303 answering a POST. */
struct answer_parameter {
    const char *name;
    const char *value; /* NULL: left out */
};
void answer_redirect(struct call *call, const struct answer_parameter *parameters, size_t count);

/* Headers of everything a person's browser shows or follows (RFC 9700 4.2.4, 4.16). */
void answer_browser_headers(struct call *call);

#endif
