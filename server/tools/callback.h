/* The place that a person comes back to, in Make's: a listener for one callback. */
#ifndef MAKESHIFT_TOOLS_CALLBACK_H
#define MAKESHIFT_TOOLS_CALLBACK_H

#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/connection/engine.h"

/* Make's own, at another host. */
#define CALLBACK_PATH "/oauth/cb/app"
#define CALLBACK_PATH_OAUTH1 "/oauth/cb/app-oauth1"

struct callback {
    int fd;          /* negative: nobody listens */
    const char *uri; /* what a provider is to redirect to */
};

/* What is wrong with the URL that --redirect-uri says, in a line; NULL: nothing. */
const char *callback_fault(struct arena *arena, const char *uri);

/* Listens at `uri`, a loopback URL; one without a port gets any that is free. NULL: at `path`. 0;
 * 1: `*problem` says why not. */
MUST_USE int callback_open(struct arena *arena, const char *uri, const char *path,
                           struct callback *callback, const char **problem);
void callback_close(struct callback *callback);

/* Whether a callback's query is of the sign-in with this mark. */
bool callback_has_mark(struct arena *arena, const char *query, const struct engine_mark *mark);

/* Waits for a callback with this mark, for so many milliseconds; one with another is refused and
 * told. Gives its query, and the person a page. NULL: nobody came. */
const char *callback_wait(struct arena *arena, const struct callback *callback,
                          const struct engine_mark *mark, int64_t patience);

#endif
