/* What a request asks of claims beside its scope: the parameters `claims` and `claims_locales`
 * (OpenID Connect Core 5.5, 5.2). */
#ifndef MAKESHIFT_OAUTH_CLAIMS_REQUEST_H
#define MAKESHIFT_OAUTH_CLAIMS_REQUEST_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/error.h"

/* Where a client sees claims; the first two are members of `claims`. */
enum claims_place { CLAIMS_USERINFO, CLAIMS_ID_TOKEN, CLAIMS_ACCESS_TOKEN, CLAIMS_PLACE__MAX };
extern const char *const claims_place_names[CLAIMS_PLACE__MAX];

struct claims_request {
    const char *text; /* to keep: JSON with the members userinfo, id_token and locales; NULL:
                         nothing is asked */
    const char *sub;  /* who has to sign in; NULL: anybody */
    const char *acr;  /* the value wanted most; NULL: none */
};

/* INVALID_REQUEST when `claims` is not of 5.5's form. What it names and nobody knows is no error.
 */
MUST_USE struct verdict claims_request_read(struct arena *arena, const struct form *form,
                                            struct claims_request *request);

/* The claims that `kept` (NULL: none) asks for at `place`: an object of names with null or an
 * object each, borrowed from `kept`; NULL: nothing. */
json_t *claims_request_at(const json_t *kept, enum claims_place place);

/* The locales in the order of preference, space-separated; "": none. */
const char *claims_request_locales(const json_t *kept);

/* The names asked for anywhere, space-separated, each once. */
const char *claims_request_names(struct arena *arena, const char *text);

/* The text less these names, space-separated; NULL when it then asks nothing. */
const char *claims_request_without(struct arena *arena, const char *text, const char *names);

#endif
