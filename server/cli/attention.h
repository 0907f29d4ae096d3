/* What the main thread does while others serve: it waits for the end, and reads the fixture
 * again. */
#ifndef MAKESHIFT_CLI_ATTENTION_H
#define MAKESHIFT_CLI_ATTENTION_H

#include "server/base/attr.h"
#include "server/cli/config.h"
#include "server/cli/watch.h"
#include "server/endpoints/endpoints.h"
#include "server/process/companion.h"

struct attention {
    const struct config *config;
    int signals;                /* a file that is read for signals; negative: none yet */
    struct watch watch;         /* of the fixture, with --watch */
    struct companion companion; /* of --while */
    char *text;                 /* what the fixture's file held when it was last read; for free() */
    bool is_refused;            /* what it held since is wrong, and was told */
};

#define ATTENTION_NONE                                                                             \
    ((struct attention){.signals = -1, .watch = {.fd = -1}, .companion = COMPANION_NONE})

/* From now on signals that end the server wait for it, and changes of a fixture that is watched;
 * before there are threads, and before the fixture is read. 0; 1: *problem. */
MUST_USE int attention_begin(struct attention *attention, const struct config *config,
                             struct arena *arena, const char **problem);
void attention_end(struct attention *attention);

/* Waits for the first signal that is to end the server, or for the end of the companion; a second
 * one then ends the process at once. */
void attention_wait(struct attention *attention, struct endpoints *endpoints);

#endif
