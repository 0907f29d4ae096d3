#include "server/oauth/hint.h"

#include "keys/jws.h"
#include "server/base/str.h"
#include "server/oauth/issuer.h"
#include "server/oauth/token.h"
#include "server/oauth/token_kind.h"

/* OpenID Connect Core 3.1.2.2: the hint must be an ID token of ours; that it has expired is no
 * matter. */
struct verdict hint_read(struct tenant *tenant, struct arena *arena, const char *token,
                         struct hint *hint)
{
    json_auto_t *header = NULL;
    json_auto_t *claims = NULL;
    int outcome = jws_read(tenant->ring, token, &header, &claims);
    if (outcome < 0) {
        return REFUSED(SERVER_ERROR, .check = "id_token_hint",
                       .detail = "the id_token_hint could not be verified");
    }
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    const char *sub = json_string_value(json_object_get(claims, "sub"));
    /* RFC 9068 5: an access token is not taken for an ID token, though the same key signed it. */
    bool is_access_token = token_kind_is_access(header, claims);
    if (outcome > 0 || is_access_token || !issuer_is_ours(tenant, arena, issuer) || sub == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "id_token_hint",
                       .detail = "id_token_hint is not an ID token that this server signed",
                       .expected = tenant->issuer,
                       .actual = is_access_token  ? "an access token"
                                 : issuer != NULL ? "a token of another issuer or signature"
                                                  : "no ID token",
                       .clause = "OIDC Core 3.1.2.2");
    }
    const json_t *aud = json_object_get(claims, "aud");
    const char *sid = json_string_value(json_object_get(claims, "sid"));
    *hint = (struct hint){
        .sub = arena_strdup(arena, sub),
        .sid = arena_strdup(arena, sid),
        .client_id = arena_strdup(
            arena, json_string_value(json_is_array(aud) ? json_array_get(aud, 0) : aud)),
    };
    return ALLOWED;
}
