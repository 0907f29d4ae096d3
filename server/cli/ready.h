/* Telling whoever started the server that it answers. */
#ifndef MAKESHIFT_CLI_READY_H
#define MAKESHIFT_CLI_READY_H

#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

struct ready {
    const char *issuer;
    uint16_t port;
    uint16_t https_port;   /* beside `port`; 0: none */
    uint16_t control_port; /* of the control door; 0: none of its own */
    const char *ca_path;   /* what clients have to trust; NULL: nothing of ours */
};

/* {"ready":true,"issuer":"...","port":N,"pid":N} and a newline on stdout: all that ever stands
 * there. With https also "https_port" and "ca"; with a port of the door's own "control_port". */
void ready_print(struct arena *arena, const struct ready *ready);

/* Whether a port can be written to `path`: there is nothing, or a regular file, which alone is
 * replaced. 0; 1: *problem. */
MUST_USE int ready_check_port_file(struct arena *arena, const char *path, const char **problem);

/* The port and a newline, in a file that is there whole or not at all. 0; 1: *problem. */
MUST_USE int ready_write_port(struct arena *arena, const char *path, uint16_t port,
                              const char **problem);

#endif
