/* One HTTP answer. A handler fills it once; it lives in the request's arena. */
#ifndef MAKESHIFT_HTTP_RESPONSE_H
#define MAKESHIFT_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/request.h"

#define RESPONSE_HEADERS_MAX 32

struct response {
    struct arena *arena;
    int status; /* 0 until somebody answers */
    struct header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    const void *body; /* in the arena, or outliving the server */
    size_t body_size;
    bool close; /* the connection ends with this answer */
};

/* Adds a header; the same name may stand twice (Set-Cookie). Names and values are copied into the
 * arena. A CR, LF or NUL in either is a programming error: the process aborts rather than split an
 * answer. */
void response_header(struct response *response, const char *name, const char *value);

/* Replaces every header of that name. */
void response_set(struct response *response, const char *name, const char *value);

/* Takes every header of that name away. */
void response_drop(struct response *response, const char *name);
const char *response_get(const struct response *response, const char *name);

/* Status, Content-Type and body at once. The bytes are copied into the arena. */
void response_body(struct response *response, int status, const char *content_type,
                   const void *bytes, size_t size);

/* The same for bytes that are in the arena or outlive the server: nothing is copied. */
void response_body_static(struct response *response, int status, const char *content_type,
                          const void *bytes, size_t size);

/* Location, and no body. `status` is 302 when it answers a GET, 303 when it answers a POST, never
 * 307 or 308, which would carry the user's credentials on (RFC 9700 4.12). */
void response_redirect(struct response *response, int status, const char *location);

#endif
