/* The UserInfo endpoint (OpenID Connect Core 5.3; RFC 6750 2). */
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/oauth/claims.h"
#include "server/oauth/resource.h"

#define BEARER "Bearer"

static struct verdict read_header(struct call *call, const char **token)
{
    const char *header = request_header(call->request, "Authorization");
    *token = NULL;
    size_t size = strlen(BEARER);
    if (header == NULL || strncasecmp(header, BEARER, size) != 0 ||
        (header[size] != ' ' && header[size] != '\0')) {
        return ALLOWED; /* another scheme says nothing to this endpoint */
    }
    const char *at = header + size + strspn(header + size, " ");
    if (*at != '\0' && at[strcspn(at, " ,\t")] == '\0') {
        *token = at;
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "authorization",
                   .detail = "the Authorization header is not Bearer and one token",
                   .expected = "Authorization: Bearer <access token>", .actual = "another form",
                   .clause = "RFC 6750 2.1");
}

/* RFC 6750 2: one way at a time. */
static struct verdict read_token(struct call *call, const char **token)
{
    struct form form = {0};
    TRY(params_refuse_secret_in_query(call, "access_token"));
    TRY(read_header(call, token));
    bool has_form = call->request->method == METHOD_POST && call->request->body_size > 0;
    if (has_form && request_is(call->request, "application/x-www-form-urlencoded")) {
        TRY(params_body(call, &form));
    }
    size_t ways = form_count(&form, "access_token") + (*token != NULL);
    if (ways > 1) {
        return REFUSED(INVALID_REQUEST, .check = "authorization",
                       .detail = "the access token was sent more than once",
                       .expected = "one way of sending it",
                       .actual = arena_printf(call->arena, "%zu", ways), .clause = "RFC 6750 2");
    }
    if (*token == NULL) {
        *token = form_get(&form, "access_token");
    }
    if (*token != NULL) {
        return ALLOWED;
    }
    return REFUSED(MISSING_TOKEN, .check = "authorization",
                   .detail = "no access token was sent: use Authorization: Bearer",
                   .expected = "an access token", .actual = "none", .clause = "RFC 6750 3.1");
}

struct verdict userinfo_handle(struct call *call)
{
    const char *token;
    struct bearer bearer;
    TRY(read_token(call, &token));
    TRY(token_recognise(call->tenant, call->arena, token, &bearer));
    TRY(resource_check(call->tenant, call->arena, &bearer, RESOURCE_ISSUER));
    if (bearer.grant.user == 0) {
        return REFUSED(INSUFFICIENT_SCOPE, .check = "user",
                       .detail = "the access token is the client's own (client_credentials): there "
                                 "is no user to tell of",
                       .expected = "a token that a user consented to",
                       .actual = "a token of a client", .clause = "OIDC Core 5.3.1",
                       .scope = "openid");
    }
    if (!str_has_word(bearer.scope, "openid")) {
        return REFUSED(INSUFFICIENT_SCOPE, .check = "scope",
                       .detail = "the access token was issued without the scope 'openid'",
                       .expected = "openid", .actual = bearer.scope, .clause = "RFC 6750 3.1",
                       .scope = "openid");
    }
    const struct claims_view view = {
        .user = &bearer.user,
        .client = &bearer.client,
        .place = CLAIMS_USERINFO,
        .opened_by = bearer.scope,
        .granted = bearer.scope,
        .request = bearer.grant.terms.claims,
    };
    json_auto_t *claims = json_object();
    json_object_set_new(claims, "sub", json_string(bearer.user.sub));
    TRY(claims_put(call->arena, &view, claims));
    size_t size;
    const char *text = json_text(call->arena, claims, &size);
    response_body(call->response, 200, "application/json", text, size);
    return ALLOWED;
}
