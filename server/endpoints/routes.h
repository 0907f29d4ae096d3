/* TABLE of routes. */
#ifndef MAKESHIFT_ENDPOINTS_ROUTES_H
#define MAKESHIFT_ENDPOINTS_ROUTES_H

#include <stdbool.h>

#include "server/endpoints/call.h"
#include "server/tenant/endpoint.h"

/* In what form a refusal is answered. */
enum dialect {
    DIALECT_JSON,     /* RFC 6749 5.2 */
    DIALECT_BEARER,   /* RFC 6750 3: a WWW-Authenticate challenge beside the JSON */
    DIALECT_REDIRECT, /* RFC 6749 4.1.2.1: to the client when it may be told, else a page */
    DIALECT_MAKE,     /* {"detail","message","code"} as Make's API has it, with a challenge */
    DIALECT_PROBLEM,  /* RFC 9457: of the control door */
};

/* Which other origins a browser lets read the answer. */
enum cors {
    CORS_NONE,
    CORS_ANY,        /* public documents, and what is for clients that nobody knows yet */
    CORS_REGISTERED, /* the origins of registered redirect URIs */
};

/* Where the path stands when the issuer has one itself. */
enum place_of_route {
    PLACE_BELOW,  /* behind it */
    PLACE_AROUND, /* /.well-known/name in front of it, the rest behind it (RFC 8414 3.1, RFC
                     9728 3.1) */
    PLACE_FIXED,  /* at the root, of another tenant than the default below /t/NAME; behind the
                     control door's lock */
    PLACE_ROOT,   /* at the root of the host, for anybody */
};

struct route {
    const char *path; /* may end with a segment in braces, which is any one that is not empty; or,
                         with dots, all that follows */
    enum place_of_route place;
    bool any_method;  /* the handler refuses methods itself, once it knows who calls, or what */
    unsigned methods; /* bits 1 << enum method; HEAD comes with GET where that changes nothing */
    struct verdict (*handle)(struct call *call);
    enum endpoint endpoint; /* as matches and the journal name it */
    enum dialect dialect;
    enum cors cors;
    unsigned needs;  /* bits of enum service: in other profiles there is no such route */
    bool has_secret; /* in its path: the log has the route's instead */
    bool is_face;    /* about the server itself: it is not steered, and not in the journal */
    bool cacheable;  /* otherwise Cache-Control: no-store */
};

#define METHOD_BIT(method) (1u << (method))

extern const struct route route_table[];
extern const size_t route_count;

/* The route of `path` (as sent, without the query) for an issuer whose path is `base_path`, or
 * NULL. `*segment` gets what stands where the route has braces, or NULL. */
const struct route *route_find(const char *path, const char *base_path, const char **segment);

/* The issuer's path, "" when it has none. */
const char *route_base_path(const char *issuer);

/* The URL of a route without braces. */
const char *route_url(struct arena *arena, const char *issuer, const char *path);

/* "GET, HEAD": the value of Allow. */
const char *route_allow(struct arena *arena, const struct route *route);

#endif
