/* How a connection's requests are made, and how a person is stood in for. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_WIRE_H
#define MAKESHIFT_TOOLS_CONNECTION_WIRE_H

#include "server/connection/engine.h"
#include "server/tools/call.h"

#define WIRE_CA_MAX (1024 * 1024) /* bytes of the file of --ca */

struct wire {
    struct arena *arena;
    const char *ca; /* NULL: the system's */
    bool unverified;
};

/* Sends a request as Make does. 0; 1: nobody answered; 2: it cannot be sent, or its answer not be
 * used. `*problem` says why. */
MUST_USE int wire_send(const struct wire *wire, const struct outgoing *outgoing,
                       struct incoming *incoming, const char **problem);

/* Where a walk ended. */
struct walked {
    const char *query;   /* what came with the redirect URI */
    const char *problem; /* why none came */
    const char *advice;  /* behind the problem, in our words; "": none */
};

/* Follows redirects from `url` without a browser, with cookies, until one leads to one of
 * `redirect_uris`, which NULL ends. 0; 1: nobody answered; 2: none did. */
MUST_USE int wire_walk(const struct wire *wire, const char *url, const char *const *redirect_uris,
                       struct walked *walked);

#endif
