/* Listening sockets: one per address of a host, all at the same port. */
#ifndef MAKESHIFT_HTTP_LISTEN_H
#define MAKESHIFT_HTTP_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/http/mhd.h"

#define LISTEN_MAX 8 /* addresses of one host; those beyond are left out */

struct listener {
    int fd;
    bool is_loopback;
};

struct listeners {
    struct listener list[LISTEN_MAX];
    size_t count;
    uint16_t port;
};

/* Binds and listens, so that a taken port is known at once; connections wait in the kernel until
 * somebody accepts them. `localhost` is 127.0.0.1 and ::1, without ::1 on a machine that has none.
 * `::` takes IPv4 too. An outcome of enum mhd_outcome; negative: broken, logged. */
MUST_USE int listen_open(const char *host, uint16_t port, struct listeners *out);
void listen_close(struct listeners *listeners);

/* True when every address is a loopback one. */
bool listen_is_loopback(const struct listeners *listeners);

/* How many connections each listener may have, so that accepting never fails for want of files.
 * Raises the process's limit of open files to what it is allowed. */
unsigned listen_connections_max(const struct listeners *listeners,
                                const struct mhd_options *options);

#endif
