/* TABLE of claims, and which of a user's claims a client sees where (OpenID Connect Core 5).
 *
 * A scope opens standard claims; those that are the fixture's own come with `profile`. A name may
 * end in # and a language tag (5.2). What the request's parameters `claims` and `claims_locales`
 * ask is honoured; and a client's registration may say otherwise of single claims: `claims` there
 * is an object, by the name the client sees, of
 *   {"from": a claim of the user's, "value": any JSON in its place, "in": [names of
 * claims_place_names], "scope": the one that has to be granted}. */
#ifndef MAKESHIFT_OAUTH_CLAIMS_H
#define MAKESHIFT_OAUTH_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "server/base/attr.h"
#include "server/oauth/claims_request.h"
#include "server/store/clients.h"
#include "server/store/users.h"

struct claim_row {
    const char *name;
    const char *scope; /* that opens it */
};
extern const struct claim_row claim_table[];
extern const size_t claim_count;

/* The scope that opens the claim of that name, its language tag aside. */
const char *claims_scope_of(const char *name);

/* True for the names that only the server itself gives: sub, iss, nonce, ... */
bool claims_are_reserved(const char *name);

struct claims_view {
    const struct user_row *user; /* NULL: the token is the client's own */
    const struct client_row *client;
    enum claims_place place;
    const char *opened_by; /* scopes whose claims are told here; "": none's */
    const char *granted;   /* scopes, for what the registration ties to one */
    const char *request;   /* what was asked for, as kept; NULL: nothing */
};

/* Adds to `claims` what of the user's the client sees there. What the user has not is left out, and
 * what stands in `claims` already stays. */
MUST_USE struct verdict claims_put(struct arena *arena, const struct claims_view *view,
                                   json_t *claims);

/* Sets what stands in `over` (NULL: nothing), whatever the claims say; null takes a claim out. */
void claims_override(json_t *claims, const json_t *over);

/* The claims among `names` (space-separated) that the user has something to tell of. */
const char *claims_known(struct arena *arena, const struct user_row *user, const char *names);

#endif
