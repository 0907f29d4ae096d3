/* Judges one client's registration, which passed its shape. */
#ifndef MAKESHIFT_OAUTH_CLIENT_CHECK_H
#define MAKESHIFT_OAUTH_CLIENT_CHECK_H

#include "server/base/attr.h"
#include "server/base/shape.h"

struct client_check {
    struct arena *arena;
    const json_t *scopes; /* the catalogue, as an object with a member for each scope */
    const char **problem;
};

/* 0; 1 when it is wrong: `*problem` is one line with the JSON pointer of `place` and below, what
 * stood there and what was expected. */
MUST_USE int client_check(const struct client_check *check, const json_t *client,
                          const struct place *place);

#endif
