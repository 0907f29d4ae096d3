/* Whether a browser brings a cookie back, by the Set-Cookie that it came with. */
#ifndef MAKESHIFT_TOOLS_COOKIE_H
#define MAKESHIFT_TOOLS_COOKIE_H

#include "server/base/arena.h"
#include "server/base/url.h"

/* What keeps a browser that was at `at` from bringing the cookie of this Set-Cookie there again,
 * when a page of another site sends it (RFC 6265 5.3 and 5.4, RFC 6265bis 5.5); NULL: nothing. */
const char *cookie_flaw(struct arena *arena, const char *set_cookie, const struct url *at);

#endif
