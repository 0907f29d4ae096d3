#include "server/oauth/id_token.h"

#include "keys/b64url.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/claims.h"
#include "server/oauth/issuer.h"
#include "server/oauth/sign.h"

enum alg id_token_alg(const struct client_row *client)
{
    return alg_find(client->id_token_signed_response_alg);
}

/* OpenID Connect Core 3.1.3.6, 3.3.2.11 */
static void put_hash(json_t *claims, const char *name, enum alg alg, const char *of)
{
    uint8_t half[ALG_HALF_MAX];
    char text[B64URL_SIZE(ALG_HALF_MAX)];
    if (of != NULL) {
        b64url_encode(text, half, alg_half_hash(alg, half, of));
        json_object_set_new(claims, name, json_string(text));
    }
}

struct verdict id_token_mint(struct tenant *tenant, struct arena *arena, const struct mint *mint,
                             const struct id_token_binding *binding, const char **token)
{
    enum alg alg = id_token_alg(mint->client);
    json_auto_t *claims = json_object();
    json_object_set_new(claims, "iss", json_string(issuer_of(tenant, arena, mint->client)));
    json_object_set_new(claims, "sub", json_string(mint->user->sub));
    json_object_set_new(claims, "aud", json_string(mint->client->client_id));
    json_object_set_new(claims, "azp", json_string(mint->client->client_id));
    json_object_set_new(claims, "iat", json_integer(tenant_told(tenant, mint->now)));
    json_object_set_new(claims, "exp",
                        json_integer(tenant_told(tenant, mint->now + mint->client->id_token_ttl)));
    json_object_set_new(claims, "auth_time",
                        json_integer(tenant_told(tenant, mint->grant->auth_time)));
    /* OpenID Connect Core 2: the client compares it, so it goes back as it came. */
    json_put_text(claims, "nonce", mint->nonce);
    json_object_set_new(
        claims, "acr",
        json_string(mint->grant->acr != NULL ? mint->grant->acr : ID_TOKEN_ACR_NONE));
    if (mint->grant->amr != NULL) {
        json_object_set_new(claims, "amr", json_words(mint->grant->amr));
    }
    json_put_text(claims, "sid", mint->grant->terms.sid);
    put_hash(claims, "at_hash", alg, binding->access_token);
    put_hash(claims, "c_hash", alg, binding->code);
    const char *opened_by = binding->claims_scope;
    if (opened_by == NULL && str_equal(mint->client->id_token_claims, "scope")) {
        opened_by = mint->scope;
    }
    const struct claims_view view = {
        .user = mint->user,
        .client = mint->client,
        .place = CLAIMS_ID_TOKEN,
        .opened_by = opened_by != NULL ? opened_by : "",
        .granted = mint->scope,
        .request = mint->grant->terms.claims,
    };
    TRY(claims_put(arena, &view, claims));
    claims_override(claims, mint->id_claims);
    const struct signing signing = {.alg = alg, .typ = "JWT", .bad = tenant->id_token_bad};
    return sign_claims(tenant, arena, &signing, claims, token);
}
