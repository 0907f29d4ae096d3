/* The UserInfo endpoint (OpenID Connect Core 5.3; RFC 6750 2). */
#include "server/base/json.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/bearer.h"
#include "server/endpoints/handlers.h"
#include "server/oauth/claims.h"

struct verdict userinfo_handle(struct call *call)
{
    struct bearer bearer = {0};
    TRY(bearer_open(call, RESOURCE_ISSUER, &bearer));
    if (bearer.grant.user == 0) {
        return REFUSED(INSUFFICIENT_SCOPE, .check = "user",
                       .detail = "the access token is the client's own (client_credentials): there "
                                 "is no user to tell of",
                       .expected = "a token that a user consented to",
                       .actual = "a token of a client", .clause = "OIDC Core 5.3.1",
                       .scope = "openid");
    }
    TRY(bearer_check_scope(call, &bearer, "openid"));
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
    answer_json(call, 200, claims);
    return ALLOWED;
}
