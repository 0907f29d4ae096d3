/* Authorization: Basic (RFC 7617), as OAuth's clients write it. */
#ifndef MAKESHIFT_OAUTH_BASIC_H
#define MAKESHIFT_OAUTH_BASIC_H

#include <stdbool.h>

#include "server/base/arena.h"

struct basic {
    const char *id, *secret; /* form-decoded (RFC 6749 2.3.1); NULL: that cannot be decoded */
    const char *raw_secret;  /* as it came, before it was form-decoded */
};

/* False when the value of the header is not Basic and a name and a secret with a colon between. */
bool basic_read(struct arena *arena, const char *header, struct basic *basic);

#endif
