#include "server/oauth/id_token.h"

#include "keys/b64url.h"
#include "server/base/json.h"
#include "server/oauth/sign.h"

struct verdict id_token_mint(struct tenant *tenant, struct arena *arena, const struct mint *mint,
                             const struct hash *access, const char **token)
{
    char at_hash[B64URL_SIZE(sizeof(access->bytes))];
    b64url_encode(at_hash, access->bytes, sizeof(access->bytes));

    json_auto_t *claims = json_object();
    json_object_set_new(claims, "iss", json_string(tenant->issuer));
    json_object_set_new(claims, "sub", json_string(mint->user->sub));
    json_object_set_new(claims, "aud", json_string(mint->client->client_id));
    json_object_set_new(claims, "azp", json_string(mint->client->client_id));
    json_object_set_new(claims, "iat", json_integer(mint->now));
    json_object_set_new(claims, "exp", json_integer(mint->now + mint->client->id_token_ttl));
    json_object_set_new(claims, "auth_time", json_integer(mint->grant->auth_time));
    /* OpenID Connect Core 2: the client compares it, so it goes back as it came. */
    json_put_text(claims, "nonce", mint->nonce);
    json_object_set_new(
        claims, "acr",
        json_string(mint->grant->acr != NULL ? mint->grant->acr : ID_TOKEN_ACR_NONE));
    if (mint->grant->amr != NULL) {
        json_object_set_new(claims, "amr", json_words(mint->grant->amr));
    }
    json_object_set_new(claims, "at_hash", json_string(at_hash));
    return sign_claims(tenant, arena, "JWT", claims, token);
}
