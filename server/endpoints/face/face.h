/* The pages about the server itself: what it is (/), what happens in it (/_makeshift/), and a flow
 * to try (/_makeshift/try). They change nothing: their scripts call the control door, as a test
 * does. */
#ifndef MAKESHIFT_ENDPOINTS_FACE_FACE_H
#define MAKESHIFT_ENDPOINTS_FACE_FACE_H

#include <stddef.h>

#include "server/base/html.h"
#include "server/endpoints/call.h"

#define FACE_SCRIPTS_MAX 4

/* Texts that are built in, or in the call's arena. */
struct face_page {
    const char *template;
    const char *scripts[FACE_SCRIPTS_MAX]; /* in their order; NULL: no more */
    const struct html_value *values;       /* of the template, but for what every page has */
    size_t count;
};

/* 200 with the page: nothing is loaded from elsewhere, and nobody frames it. */
void face_send(struct call *call, const struct face_page *page);

/* "/_makeshift/" where the tenant's control door hangs. */
const char *face_door(const struct call *call);

/* The `option` elements of the clients, by id; where `grant_type` is not NULL, of those that may
 * have it. NULL: the store is broken. */
const char *face_client_options(struct call *call, const char *grant_type);

/* The page where a flow is tried, as a redirect URI of this issuer. */
const char *face_try_uri(const struct call *call);

#endif
