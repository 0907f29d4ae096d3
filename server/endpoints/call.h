/* One call of a handler: what it is given, and what it fills. The part of an exchange that knows of
 * tenants and rules. */
#ifndef MAKESHIFT_ENDPOINTS_CALL_H
#define MAKESHIFT_ENDPOINTS_CALL_H

#include "server/endpoints/site.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/make/make.h"
#include "server/oauth/about.h"
#include "server/oauth/error.h"
#include "server/oauth/response_type.h"
#include "server/oauth/tenant.h"

struct operation;
struct publication;
struct realm;
struct route;
struct steering;

struct call {
    int64_t number;        /* the exchange's: every line of the log about it has this */
    struct tenant *tenant; /* a copy for this call, which sees one instant */
    const struct site *site;
    struct realm *realm;             /* entered */
    struct publication *publication; /* entered */
    bool at_door_port;               /* it came by the port where the control door is alone */
    int64_t moved;          /* seconds that the tenant's clock was moved by; 0: it was not */
    struct missing missing; /* a tenant that the path names and that is not there */
    struct make *make;
    const char
        *base_path; /* the issuer's path, "" when it has none: what a page's links start with */
    const struct request *request;
    const struct route *route; /* NULL: there is nothing at the request's path */
    const char *segment;       /* of the path, where its route has braces; NULL when it has none */
    const struct operation *operation; /* of the API, once it was found */
    struct arena *arena;               /* the request's */
    struct response *response;
    struct steering *steering;
    struct verdict verdict; /* once it is judged */
    struct about about;     /* what came out about it, allowed or refused */

    /* Set by a protected resource that has them: the URL of its metadata (RFC 9728 5.1), and the
     * scope that opens it. */
    const char *resource_metadata;
    const char *resource_scope;

    /* Set by the authorization endpoint once the client may be told by redirect. */
    const char *redirect_uri;
    const char *state;
    const char *issuer; /* the client's */
    enum response_mode response_mode;

    /* Set with an answer that sends the browser to a client, with what that is told: in a redirect,
     * or in a page that posts it. Then `posted` is the fields, encoded; NULL: it is a redirect. */
    bool tells;
    const char *posted;
};

struct authorization;

/* The control door steers, is not steered, and takes the realm's lock itself. */
bool call_is_of_door(const struct call *call);

/* It may meet latches and faults, and stands in the journal: it is neither of the control door nor
 * of a page about the server itself. */
bool call_is_steered(const struct call *call);

/* Sees the tenant as it is now, and keeps what is published of it until the call is closed. The
 * realm's lock is held. */
void call_see(struct call *call);

/* Has keys that were published for its answer sign from now on. The realm's lock is not held. */
void call_turn_keys(struct call *call);

/* From now on the client may be told, where and how this request says. */
void call_may_answer(struct call *call, const struct authorization *authorization);

#endif
