/* private_key_jwt: the client signs who it is (RFC 7523 2.2, 3; OpenID Connect Core 9). */
#include <string.h>

#include "keys/digest.h"
#include "keys/jws.h"
#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/client_keys.h"
#include "server/store/assertions.h"

#define TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define LIFETIME_MAX                                                                               \
    3600 /* seconds ahead that exp may lie: as long each jti has to be remembered */

static struct verdict refuse(const char *detail, const char *expected, const char *actual,
                             const char *clause)
{
    return REFUSED(INVALID_CLIENT, .check = "client_assertion", .detail = detail,
                   .expected = expected, .actual = actual, .clause = clause);
}

static struct verdict check_type(const struct credentials *credentials)
{
    if (credentials->assertion == NULL) {
        return refuse("client_assertion is missing", "a JWT that the client signed", "none",
                      "RFC 7521 4.2");
    }
    if (!str_equal(credentials->assertion_type, TYPE)) {
        return refuse("client_assertion_type is not that of a JWT", TYPE,
                      credentials->assertion_type != NULL ? credentials->assertion_type : "none",
                      "RFC 7523 2.2");
    }
    return ALLOWED;
}

static struct verdict explain_signature(struct arena *arena, const struct client_row *client,
                                        int outcome)
{
    static const char *const reasons[] = {
        [JWS_MALFORMED] = "is no JWT",
        [JWS_ALG] = "is signed with an algorithm that is not served",
        [JWS_UNKNOWN_KEY] = "is signed with a key that is not among the client's jwks",
        [JWS_BAD_SIGNATURE] = "has a wrong signature",
    };
    return refuse(arena_printf(arena, "client_assertion %s; client '%s' has the keys of its jwks",
                               reasons[outcome], client->client_id),
                  "a JWT signed with RS256, ES256 or EdDSA by a key of the client's jwks",
                  reasons[outcome], "RFC 7523 3");
}

static struct verdict read_claims(struct arena *arena, const struct client_row *client,
                                  const char *assertion, json_t **claims)
{
    AUTO(client_keys_fini) struct client_keys keys;
    json_auto_t *header = NULL;
    client_keys_init(&keys, arena, client->jwks);
    int outcome = jws_read_by(keys.list, keys.count, assertion, &header, claims);
    if (outcome < 0) {
        return REFUSED(SERVER_ERROR, .check = "client_assertion",
                       .detail = "the client_assertion could not be verified");
    }
    return outcome == JWS_OK ? ALLOWED : explain_signature(arena, client, outcome);
}

static struct verdict check_party(const struct client_row *client, const json_t *claims)
{
    const char *iss = json_string_value(json_object_get(claims, "iss"));
    const char *sub = json_string_value(json_object_get(claims, "sub"));
    if (str_equal(iss, client->client_id) && str_equal(sub, client->client_id)) {
        return ALLOWED;
    }
    return refuse("client_assertion: iss and sub are not both the client_id", client->client_id,
                  "another iss or sub", "RFC 7523 3");
}

static bool is_for(const json_t *aud, const char *const *audiences)
{
    const char *text = json_string_value(aud);
    while (text != NULL && *audiences != NULL) {
        if (str_equal(text, *audiences++)) {
            return true;
        }
    }
    for (size_t i = 0; i < json_array_size(aud); i++) {
        if (is_for(json_array_get(aud, i), audiences)) {
            return true;
        }
    }
    return false;
}

static struct verdict check_audience(struct arena *arena, const struct credentials *credentials,
                                     const json_t *claims)
{
    const json_t *aud = json_object_get(claims, "aud");
    if (is_for(aud, credentials->audiences)) {
        return ALLOWED;
    }
    const char *one = json_string_value(json_is_array(aud) ? json_array_get(aud, 0) : aud);
    return refuse("client_assertion is not for this server: aud has neither its issuer nor the URL "
                  "of the endpoint",
                  credentials->audiences[0], one != NULL ? arena_strdup(arena, one) : "none",
                  "RFC 7523 3");
}

/* On the server's clock, which a test may have moved. */
static struct verdict check_time(struct arena *arena, int64_t now, const json_t *claims)
{
    const json_t *exp = json_object_get(claims, "exp");
    const json_t *nbf = json_object_get(claims, "nbf");
    int64_t left = json_integer_value(exp) - now;
    const char *clock = arena_printf(arena, "the server's clock says %lld", (long long)now);
    if (!json_is_integer(exp) || left <= 0 || left > LIFETIME_MAX) {
        return refuse(arena_printf(arena, "client_assertion: exp %s; %s",
                                   !json_is_integer(exp) ? "is missing"
                                   : left <= 0           ? "is over"
                                                         : "is more than an hour ahead",
                                   clock),
                      "an exp within the next hour",
                      json_is_integer(exp)
                          ? arena_printf(arena, "%lld", (long long)json_integer_value(exp))
                          : "none",
                      "RFC 7523 3");
    }
    if (json_integer_value(nbf) > now) {
        return refuse(arena_printf(arena, "client_assertion: nbf has not come; %s", clock),
                      "an nbf that has come",
                      arena_printf(arena, "%lld", (long long)json_integer_value(nbf)),
                      "RFC 7523 3");
    }
    return ALLOWED;
}

/* The irreversible step, last: whoever takes the jti has used it. */
static struct verdict take_jti(struct tenant *tenant, const struct client_row *client,
                               const json_t *claims)
{
    const char *jti = json_string_value(json_object_get(claims, "jti"));
    if (jti == NULL || *jti == '\0') {
        return refuse("client_assertion: jti is missing", "a jti that was not used before", "none",
                      "OIDC Core 9");
    }
    uint8_t digest[DIGEST_SIZE];
    struct hash hash = {0};
    const char *const texts[] = {"jti", client->client_id, jti};
    digest_texts(digest, texts, COUNT(texts));
    memcpy(hash.bytes, digest, sizeof(hash.bytes));
    int outcome =
        assertions_take(tenant->db, &hash, json_integer_value(json_object_get(claims, "exp")));
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == 0 ? ALLOWED
                        : refuse("client_assertion was used before: its jti is known",
                                 "a jti that was not used before", "a replayed jti", "RFC 7523 3");
}

struct verdict client_assertion_prove(struct tenant *tenant, struct arena *arena,
                                      const struct credentials *credentials,
                                      const struct client_row *client)
{
    json_auto_t *claims = NULL;
    TRY(check_type(credentials));
    TRY(read_claims(arena, client, credentials->assertion, &claims));
    TRY(check_party(client, claims));
    TRY(check_audience(arena, credentials, claims));
    TRY(check_time(arena, tenant_now(tenant), claims));
    return take_jti(tenant, client, claims);
}
