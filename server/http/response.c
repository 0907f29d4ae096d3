#include "server/http/response.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"

/* RFC 9110 5.6.2 and 5.5: what would split an answer in two never leaves the process. */
static void insist(const struct response *response, const char *name, const char *value)
{
    if (response->header_count == RESPONSE_HEADERS_MAX) {
        log_message(LOG_ERROR, "more than %d headers in one answer", RESPONSE_HEADERS_MAX);
        abort();
    }
    if (*name == '\0' || strpbrk(name, "\r\n: ") != NULL || strpbrk(value, "\r\n") != NULL) {
        log_message(LOG_ERROR, "a header that would split the answer: '%s'", name);
        abort();
    }
}

void response_header(struct response *response, const char *name, const char *value)
{
    insist(response, name, value);
    response->headers[response->header_count++] = (struct header){
        .name = arena_strdup(response->arena, name),
        .value = arena_strdup(response->arena, value),
    };
}

void response_drop(struct response *response, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < response->header_count; i++) {
        if (!header_is(&response->headers[i], name)) {
            response->headers[kept++] = response->headers[i];
        }
    }
    response->header_count = kept;
}

void response_set(struct response *response, const char *name, const char *value)
{
    response_drop(response, name);
    response_header(response, name, value);
}

const char *response_get(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (header_is(&response->headers[i], name)) {
            return response->headers[i].value;
        }
    }
    return NULL;
}

void response_body(struct response *response, int status, const char *content_type,
                   const void *bytes, size_t size)
{
    const void *copy = size == 0 ? "" : arena_copy(response->arena, bytes, size);
    response_body_static(response, status, content_type, copy, size);
}

void response_body_static(struct response *response, int status, const char *content_type,
                          const void *bytes, size_t size)
{
    response->status = status;
    response_set(response, "Content-Type", content_type);
    response->body = bytes;
    response->body_size = size;
}

void response_redirect(struct response *response, int status, const char *location)
{
    response->status = status;
    response_set(response, "Location", location);
    response->body = NULL;
    response->body_size = 0;
}
