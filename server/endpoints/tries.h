/* Flows that the issuer's own page has begun. Each has a ticket, which is the request's `state`:
 * with it, and once, the page /_makeshift/try counts as a redirect URI of the client's. */
#ifndef MAKESHIFT_ENDPOINTS_TRIES_H
#define MAKESHIFT_ENDPOINTS_TRIES_H

#include <stdbool.h>

#define TRIES_MAX 16       /* the latest of a tenant; who wants more begins anew */
#define TRY_TICKET_SIZE 64 /* bytes, with the NUL */

struct tries;

struct tries *tries_new(void);
void tries_free(struct tries *tries); /* NULL is fine */

/* A ticket for one flow of this client (both copied; a ticket is shorter than TRY_TICKET_SIZE). */
void tries_put(struct tries *tries, const char *ticket, const char *client_id);

/* Whether the flow begins with this ticket: true once. */
bool tries_begin(struct tries *tries, const char *ticket, const char *client_id);

/* Whether it has begun: for what a page asks meanwhile. */
bool tries_has_begun(struct tries *tries, const char *ticket, const char *client_id);

/* No ticket is good any more. */
void tries_clear(struct tries *tries);

#endif
