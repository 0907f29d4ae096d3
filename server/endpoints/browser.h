/* What a person's browser is sent: redirects, and the headers of all that it shows or follows. */
#ifndef MAKESHIFT_ENDPOINTS_BROWSER_H
#define MAKESHIFT_ENDPOINTS_BROWSER_H

#include "server/endpoints/call.h"

/* RFC 9700 4.2.4, 4.16 */
void browser_headers(struct call *call);

/* A style or a script that stands in a page, as a policy names it: 'sha256-...' (CSP Level
 * 3, 2.3.1). */
const char *browser_source(struct arena *arena, const char *text);

/* The Content-Security-Policy of a page that has these texts in it, and lets nothing else in.
 * `script` NULL: none. */
void browser_policy(struct call *call, const char *style, const char *script);

/* 302 answering a GET, 303 answering a POST: that one turns into a GET, where 307 would carry the
 * password on (RFC 9700 4.12). */
void browser_redirect(struct call *call, const char *location);

/* The same to a client, which is told something by it. */
void browser_tell(struct call *call, const char *location);

#endif
