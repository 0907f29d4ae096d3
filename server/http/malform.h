/* Answers that are no HTTP, on purpose: what a client does with them is what one wants to see. */
#ifndef MAKESHIFT_HTTP_MALFORM_H
#define MAKESHIFT_HTTP_MALFORM_H

#include "server/http/response.h"

/* The response as it would stand on the wire, chunked, but that the size of its first chunk is no
 * number (RFC 9112 7.1). At most 2 KiB of the body. In the response's arena. */
const char *malform_answer(const struct response *response, const char *reason);

#endif
