/* The request target: where a request says it goes (RFC 9112 3.2). */
#ifndef MAKESHIFT_HTTP_TARGET_H
#define MAKESHIFT_HTTP_TARGET_H

#include "server/http/request.h"

/* Splits `target`, as it stood on the request line, into the request's `path`, `query` and
 * `authority`, all in the request's arena. Takes origin form, absolute form with http or https, and
 * the * of OPTIONS. Anything else, and a byte no URI has, sets `malformed`; `path` is a string in
 * any case. */
void target_parse(struct request *request, const char *target);

#endif
