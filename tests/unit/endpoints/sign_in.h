/* Access tokens for the tests of Make's API: a user signs in at a client, without a socket. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_SIGN_IN_H
#define MAKESHIFT_TESTS_ENDPOINTS_SIGN_IN_H

#include "tests/unit/endpoints/api.h"

/* The answer to a form that is sent to an endpoint of OAuth's. */
static inline struct api_answer api_form(struct api *api, const char *path, const char *form)
{
    const char *request = arena_printf(api->arena,
                                       "POST %s HTTP/1.1\nHost: localhost\n"
                                       "Content-Type: application/x-www-form-urlencoded\n\n%s",
                                       path, form);
    return api_wire(api, request, strlen(request));
}

/* What the client is told when the user has signed in: `ask` and `redeem` are its parameters
 * beyond the scope, as a form has them. */
static inline json_t *api_sign_in_with(struct api *api, const char *ask, const char *redeem,
                                       const char *scope)
{
    char *plus = arena_strdup(api->arena, scope);
    for (char *at = strchr(plus, ' '); at != NULL; at = strchr(at, ' ')) {
        *at = '+';
    }
    const char *request = arena_printf(api->arena,
                                       "GET /oauth/v2/authorize?response_type=code&scope=%s&%s"
                                       " HTTP/1.1\nHost: localhost\n\n",
                                       plus, ask);
    const struct api_answer asked = api_wire(api, request, strlen(request));
    const char *code = strstr(api_header(&asked, "Location"), "code=");
    if (code == NULL) {
        fail_msg("%s: %s", request, api_shown(api, &asked));
        return NULL;
    }
    const struct api_answer told =
        api_form(api, "/oauth/v2/token",
                 arena_printf(api->arena, "grant_type=authorization_code&%s&%.*s", redeem,
                              (int)strcspn(code, "&"), code));
    if (told.status != 200) {
        fail_msg("%s: %s", redeem, api_shown(api, &told));
    }
    return told.json;
}

#define WEB "client_id=demo-web&redirect_uri=http://localhost:3000/cb"
#define WEB_SECRET "client_secret=demo-web-secret-for-tests-only-0001"

/* The tokens that demo-web gets. */
static inline json_t *api_sign_in(struct api *api, const char *scope)
{
    return api_sign_in_with(api, WEB, WEB "&" WEB_SECRET, scope);
}

static inline const char *bearer_of(struct api *api, const char *token)
{
    return arena_printf(api->arena, "Bearer %s", token);
}

/* The credential of an access token with just these scopes, which demo-web gets. */
static inline const char *api_bearer(struct api *api, const char *scope)
{
    return bearer_of(api, text_of(api_sign_in(api, scope), "access_token"));
}

#endif
