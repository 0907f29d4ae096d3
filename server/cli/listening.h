/* The ports of the server: http or https, https beside it, the control door by itself. */
#ifndef MAKESHIFT_CLI_LISTENING_H
#define MAKESHIFT_CLI_LISTENING_H

#include "server/base/attr.h"
#include "server/cli/config.h"
#include "server/endpoints/endpoints.h"
#include "server/http/mhd.h"
#include "server/tls/tls.h"

struct listening {
    struct mhd *http;                     /* at --port: https, where no other port has that */
    struct mhd *https;                    /* at --https-port; NULL: none */
    struct mhd *door;                     /* at the port of --control; NULL: none */
    uint16_t port, https_port, door_port; /* 0: none */
};

/* All are borrowed. What `gate` points to is read once the ports are started. */
struct listening_asked {
    const struct config *config;
    const struct tls *tls;
    const struct gate *gate;
};

/* Binds every port that the options ask for. 0; 1: *problem, in the arena or static. */
MUST_USE int listening_open(const struct listening_asked *asked, struct arena *arena,
                            struct listening *listening, const char **problem);

/* 0; negative: broken, logged. */
MUST_USE int listening_start(const struct listening *listening, struct endpoints *endpoints);

/* Lets what is in flight end, for so many seconds in all. */
void listening_stop(const struct listening *listening, unsigned seconds);

void listening_fini(struct listening *listening);

#endif
