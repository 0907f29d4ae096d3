#include "server/endpoints/static_document.h"

#include <string.h>

#include "server/base/str.h"

/* Shorter than any token lives, so that a client with a cached key set never misses the key of a
 * live token. */
#define CACHE_CONTROL "public, max-age=60"

struct verdict static_document_answer(struct call *call, const struct published_text *document)
{
    const char *known = request_header(call->request, "If-None-Match");
    response_header(call->response, "Cache-Control", CACHE_CONTROL);
    response_header(call->response, "ETag", document->etag);
    if (known != NULL && (str_equal(known, "*") || strstr(known, document->etag) != NULL)) {
        call->response->status = 304;
        return ALLOWED;
    }
    response_body_static(call->response, 200, "application/json", document->text, document->size);
    return ALLOWED;
}
