/* The wire: listening sockets, libmicrohttpd's threads, deadlines, and the way out.
 *
 * Each thread runs an epoll loop of its own, for https a poll loop. A request is gathered whole
 * (line, headers, body), passes the gate, and is answered on that thread. */
#ifndef MAKESHIFT_HTTP_MHD_H
#define MAKESHIFT_HTTP_MHD_H

#include <stdint.h>

#include "server/base/attr.h"
#include "server/http/exchange.h"

struct mhd;

struct mhd_options {
    const char *host;        /* "localhost" (127.0.0.1 and ::1), a name, or an address */
    uint16_t port;           /* 0: any free one, the same for all addresses */
    unsigned threads;        /* per address; 0: one per core */
    unsigned header_seconds; /* total time for a request's line and headers; 0: 10 */
    unsigned body_seconds;   /* total time for its body, and for reading the answer; 0: 30 */
    unsigned idle_seconds;   /* total time until the next request's line; 0: 60 */
    unsigned beside;         /* other servers of this process that take as many files */
    unsigned files;          /* that the process opens beside all of them */
    /* PEM texts, borrowed: https, TLS 1.2 and 1.3, with this certificate (and chain) and key. NULL:
     * http. */
    const char *certificate, *certificate_key;
    const struct gate *gate;            /* borrowed; must outlive the server */
    const struct exchange_hooks *hooks; /* who answers */
};

enum mhd_outcome {
    MHD_LISTENING = 0,
    MHD_PORT_TAKEN = 1,
    MHD_BAD_HOST = 2,    /* no such name or address on this machine */
    MHD_NOT_ALLOWED = 3, /* a privileged port */
};

/* Binds, so that the port is known before anything is served; `*port` gets it. Negative: broken,
 * logged. */
MUST_USE int mhd_bind(const struct mhd_options *options, struct mhd **out, uint16_t *port);

/* True when every address bound is a loopback one. Known after mhd_bind. */
bool mhd_is_loopback(const struct mhd *mhd);

/* Starts serving. From then on the process ignores SIGPIPE and may open as many files as its hard
 * limit allows. The options given to mhd_bind are used, and what `gate` points to is read only from
 * now on. `context` is the hooks'. 0; negative: broken, logged. */
MUST_USE int mhd_start(struct mhd *mhd, void *context);

/* Stops accepting, lets requests in flight end for up to `seconds` in all, then stops. A NULL ends
 * the list. */
void mhd_stop(struct mhd *const *servers, size_t count, unsigned seconds);
void mhd_free(struct mhd *mhd); /* NULL is fine */

#endif
