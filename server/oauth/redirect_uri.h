/* Redirect URIs: compared by the letter (RFC 9700 2.1, 4.1.3), but for the port of a loopback
 * URI. */
#ifndef MAKESHIFT_OAUTH_REDIRECT_URI_H
#define MAKESHIFT_OAUTH_REDIRECT_URI_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/store/clients.h"

/* Whether `text` can be registered: NULL, or what is wrong with it in words that go after the text
 * (RFC 6749 3.1.2). The fixture and the registration endpoint ask alike. */
const char *redirect_uri_fault(struct arena *arena, const char *text);

/* True when `presented` is `registered`, or differs from it in the port alone and `registered` is
 * http://127.0.0.1 or http://[::1] with or without a port, or http://localhost without one
 * (RFC 8252 7.3, 8.3). */
bool redirect_uri_matches(const char *registered, const char *presented);

/* INVALID_REQUEST when `presented` is none of the client's; the detail names the nearest one and
 * what sets it apart. */
MUST_USE struct verdict redirect_uri_allow(struct arena *arena, const struct client_row *client,
                                           const char *presented);

/* What sets two URIs apart, in a word or two: "trailing slash", "port", "query". */
const char *redirect_uri_difference(struct arena *arena, const char *registered,
                                    const char *presented);

#endif
