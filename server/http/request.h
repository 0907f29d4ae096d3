/* One HTTP request, whole: what a handler sees of the wire. It lives as long as its arena. */
#ifndef MAKESHIFT_HTTP_REQUEST_H
#define MAKESHIFT_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_OPTIONS,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER,
    METHOD__MAX
};
extern const char *const method_names[METHOD__MAX]; /* METHOD_OTHER: NULL */

struct header {
    const char *name;
    const char *value;
};

/* Names of headers are the same in any case (RFC 9110 5.1). */
bool header_is(const struct header *header, const char *name);

struct request {
    struct arena *arena;
    enum method method;
    const char *path;  /* as sent, still percent-encoded, up to the ? */
    const char *query; /* as sent, after the first ?; NULL when there is none */
    const struct header *headers;
    size_t header_count;
    const char *body; /* NULL when there is none */
    size_t body_size;

    /* For the gate. All are zero in a request that a handler sees, `authority` and `http_1_0`
     * aside. */
    const char *authority; /* of a target in absolute form (RFC 9112 3.2.2); NULL in origin form */
    const char *malformed; /* what makes the line or the headers no HTTP; NULL when nothing does */
    bool http_1_0;
};

/* The method of that name; names are case-sensitive (RFC 9110 9.1). */
enum method method_named(const char *name);

/* The value of the header, compared case-insensitively (RFC 9110 5.1), or NULL. */
const char *request_header(const struct request *request, const char *name);

/* How often it was sent. */
size_t request_header_count(const struct request *request, const char *name);

/* The value of a cookie (RFC 6265 5.4), or NULL; the first one when several have that name. */
const char *request_cookie(const struct request *request, const char *name);

/* True when the Content-Type is `media_type`, parameters and case aside. */
bool request_is(const struct request *request, const char *media_type);

#endif
