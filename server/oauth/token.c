#include "server/oauth/token.h"
#include "server/oauth/about.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/jws.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/claims.h"
#include "server/oauth/id_token.h"
#include "server/oauth/issuer.h"
#include "server/oauth/mistaken.h"
#include "server/oauth/resource.h"
#include "server/oauth/scope.h"
#include "server/oauth/secret.h"
#include "server/oauth/sign.h"
#include "server/oauth/token_kind.h"
#include "server/store/bearers.h"

#define JTI_BYTES 16

/* RFC 9068 2.2 */
static struct verdict access_claims(struct tenant *tenant, struct arena *arena,
                                    const struct mint *mint, json_t *claims)
{
    char jti[B64URL_SIZE(JTI_BYTES)];
    random_text(tenant->random, jti, JTI_BYTES);
    const char *sub = mint->user != NULL ? mint->user->sub : mint->client->client_id;
    json_object_set_new(claims, "iss", json_string(issuer_of(tenant, arena, mint->client)));
    json_object_set_new(claims, "sub", json_string(sub));
    json_object_set_new(
        claims, "aud",
        resource_audience(tenant, arena, mint->client, mint->grant->terms.resource, mint->scope));
    json_object_set_new(claims, "client_id", json_string(mint->client->client_id));
    json_object_set_new(claims, "scope", json_string(mint->scope));
    json_object_set_new(claims, "jti", json_string(jti));
    json_object_set_new(claims, "iat", json_integer(tenant_told(tenant, mint->now)));
    json_object_set_new(
        claims, "exp",
        json_integer(tenant_told(tenant, mint->now + mint->client->access_token_ttl)));
    if (mint->grant->terms.organization != 0) {
        json_object_set_new(claims, "organization", json_integer(mint->grant->terms.organization));
    }
    const struct claims_view view = {
        .user = mint->user,
        .client = mint->client,
        .place = CLAIMS_ACCESS_TOKEN,
        .opened_by = "",
        .granted = mint->scope,
    };
    return claims_put(arena, &view, claims);
}

static struct verdict mint_access(struct tenant *tenant, struct arena *arena,
                                  const struct mint *mint, const char **token)
{
    /* In an opaque token nothing can be wrong: one that is to be bad is a JWT. */
    if (tenant->access_token_bad == NULL && mint->access_claims == NULL &&
        !str_equal(mint->client->access_token_format, "jwt")) {
        *token = secret_new(tenant, arena);
        return ALLOWED;
    }
    json_auto_t *claims = json_object();
    TRY(access_claims(tenant, arena, mint, claims));
    claims_override(claims, mint->access_claims);
    const struct signing signing = {
        .alg = ALG_RS256,
        .typ = mint->client->access_token_typ,
        .bad = tenant->access_token_bad,
    };
    return sign_claims(tenant, arena, &signing, claims, token);
}

/* How long ago the access token's time was up, seconds: a token that says so has expired here, too.
 */
static int64_t lapsed_by(const struct tenant *tenant, const struct mint *mint)
{
    const struct bad_token *bad = tenant->access_token_bad;
    return bad != NULL && bad->lapsed > 0 ? bad->lapsed + mint->client->access_token_ttl : 0;
}

struct verdict token_mint(struct tenant *tenant, struct arena *arena, const struct mint *mint,
                          struct token_answer *answer, struct access_row *access,
                          struct refresh_row *refresh)
{
    TRY(mint_access(tenant, arena, mint, &answer->access_token));
    answer->expires_in = mint->client->access_token_ttl;
    answer->scope = mint->scope;
    int64_t lapsed = lapsed_by(tenant, mint);
    *access = (struct access_row){
        .hash = secret_hash(answer->access_token),
        .scope = str_equal(mint->scope, mint->grant->scope) ? NULL : mint->scope,
        .issued_at = mint->now - lapsed,
        .expires_at = mint->now - lapsed + mint->client->access_token_ttl,
    };
    if (mint->with_refresh) {
        answer->refresh_token = secret_new(tenant, arena);
        *refresh =
            (struct refresh_row){.hash = secret_hash(answer->refresh_token), .generation = 1};
    }
    if (mint->with_id_token) {
        const struct id_token_binding binding = {.access_token = answer->access_token};
        TRY(id_token_mint(tenant, arena, mint, &binding, &answer->id_token));
    }
    return ALLOWED;
}

const char *token_subject(const struct bearer *bearer)
{
    return bearer->grant.user != 0 ? bearer->user.sub : bearer->client.client_id;
}

const char *token_ago(struct arena *arena, int64_t now, int64_t then)
{
    return now >= then ? arena_printf(arena, "%lld s ago", (long long)(now - then))
                       : arena_printf(arena, "%lld s ahead of a clock that was set back",
                                      (long long)(then - now));
}

const char *token_end_reason(enum grant_end end)
{
    static const char *const reasons[] = {
        [GRANT_LIVE] = "it is live",
        [GRANT_CODE_REPLAYED] = "its authorization code was redeemed twice",
        [GRANT_REFRESH_REUSED] = "a spent refresh token of its family was presented again",
        [GRANT_REVOKED_BY_CLIENT] = "the client revoked it",
        [GRANT_REVOKED_BY_TEST] = "a test revoked it",
    };
    return reasons[end];
}

static struct verdict refuse_token(const char *detail, const char *actual)
{
    return REFUSED(INVALID_TOKEN, .check = "access_token", .detail = detail,
                   .expected = "a live access token of this server", .actual = actual,
                   .clause = "RFC 6750 3.1");
}

/* What was signed here says whose it is, also where the store has forgotten it. */
static void note_claims(struct tenant *tenant, struct arena *arena, const json_t *claims)
{
    const json_t *client = json_object_get(claims, "client_id");
    const json_t *audience = json_object_get(claims, "aud"); /* of an ID token, its client */
    about_client(tenant,
                 arena_strdup(arena, json_string_value(client != NULL ? client : audience)));
    about_user(tenant, arena_strdup(arena, json_string_value(json_object_get(claims, "sub"))));
}

/* The store does not know the token: tell the tester what it seems to be. Nothing here lets anyone
 * in. */
static struct verdict explain_unknown(struct tenant *tenant, struct arena *arena, const char *token)
{
    const char *detail;
    const char *kind;
    json_auto_t *header = NULL;
    json_auto_t *claims = NULL;
    int outcome = jws_read(tenant->ring, token, &header, &claims);
    const char *iss = json_string_value(json_object_get(claims, "iss"));
    bool is_ours = outcome == JWS_OK && issuer_is_ours(tenant, arena, iss);
    if (is_ours) {
        note_claims(tenant, arena, claims);
    }
    if (mistaken_for(tenant, arena, token, &detail, &kind) < 0) {
        return error_store_broken();
    }
    if (detail != NULL) {
        return refuse_token(detail, kind);
    }
    if (outcome == JWS_MALFORMED) {
        return refuse_token("the access token is unknown here", "an unknown token");
    }
    if (outcome == JWS_ALG) {
        return refuse_token(
            "the token's header names an algorithm that this server does not sign with",
            "a JWT with a foreign alg");
    }
    if (outcome == JWS_UNKNOWN_KEY) {
        return refuse_token("the token's kid is none of this server's keys",
                            "a JWT signed with an unknown key");
    }
    if (outcome != JWS_OK) {
        return refuse_token("the token's signature is wrong", "a JWT with a wrong signature");
    }
    if (!is_ours) {
        /* The built-in key is the same everywhere. */
        return refuse_token(arena_printf(arena,
                                         "the access token was issued by '%s'; this server is '%s'",
                                         iss != NULL ? iss : "nobody", tenant->issuer),
                            "a token of another issuer");
    }
    return refuse_token("the access token was signed here but is not known any more: it has long "
                        "expired, or was issued before the store was made",
                        "a forgotten access token");
}

/* Make documents the ID token as UserInfo's bearer. It is bound to its access token by at_hash,
 * which is what the store knows that one by: so the ID token lives and dies with it. */
static struct verdict find_by_id_token(struct tenant *tenant, struct arena *arena,
                                       const char *token, struct hash *hash)
{
    json_auto_t *header = NULL;
    json_auto_t *claims = NULL;
    *hash = secret_hash(token);
    if (!tenant->profile->userinfo_takes_id_token ||
        jws_read(tenant->ring, token, &header, &claims) != JWS_OK ||
        token_kind_is_access(header, claims) ||
        !issuer_is_ours(tenant, arena, json_string_value(json_object_get(claims, "iss")))) {
        return ALLOWED;
    }
    const char *at_hash = json_string_value(json_object_get(claims, "at_hash"));
    uint8_t bytes[sizeof(hash->bytes) + 1];
    size_t size;
    if (at_hash == NULL || strlen(at_hash) != B64URL_LENGTH(sizeof(hash->bytes)) ||
        b64url_decode(bytes, &size, at_hash, strlen(at_hash)) != 0) {
        return ALLOWED;
    }
    if (json_integer_value(json_object_get(claims, "exp")) <=
        tenant_told(tenant, tenant_now(tenant))) {
        note_claims(tenant, arena, claims);
        return refuse_token("the ID token has expired", "an expired ID token");
    }
    memcpy(hash->bytes, bytes, sizeof(hash->bytes));
    return ALLOWED;
}

static struct verdict check_alive(struct tenant *tenant, struct arena *arena,
                                  const struct bearer *bearer)
{
    int64_t now = tenant_now(tenant);
    if (bearer->grant.revoked_at != 0) {
        return refuse_token(arena_printf(arena, "the access token was revoked %s: %s",
                                         token_ago(arena, now, bearer->grant.revoked_at),
                                         token_end_reason(bearer->grant.end)),
                            "a revoked token");
    }
    if (bearer->access.revoked_at != 0) {
        return refuse_token(arena_printf(arena, "the access token was revoked %s",
                                         token_ago(arena, now, bearer->access.revoked_at)),
                            "a revoked token");
    }
    if (bearer->access.expires_at <= now) {
        return refuse_token(arena_printf(arena, "the access token expired %s",
                                         token_ago(arena, now, bearer->access.expires_at)),
                            "an expired token");
    }
    return ALLOWED;
}

/* What the store knows of a token's hash: 0 found, 1 there is none, negative when it is broken. The
 * id of a client or a user that is gone is 0. */
typedef int bearer_getter(struct tenant *tenant, struct arena *arena, const struct hash *hash,
                          struct bearer *bearer);

/* Of the client all, which takes a statement for each. */
static int get_whole(struct tenant *tenant, struct arena *arena, const struct hash *hash,
                     struct bearer *bearer)
{
    int found = tokens_access_get(tenant->db, hash, arena, &bearer->access, &bearer->grant);
    if (found != 0) {
        return found;
    }
    found = clients_get_by_id(tenant->db, bearer->grant.client, arena, &bearer->client);
    if (found >= 0 && bearer->grant.user != 0) {
        found = users_get(tenant->db, bearer->grant.user, arena, &bearer->user);
    }
    return found < 0 ? found : 0;
}

static int get_opened(struct tenant *tenant, struct arena *arena, const struct hash *hash,
                      struct bearer *bearer)
{
    struct bearer_row row = {0};
    int found = bearers_get(tenant->db, hash, arena, &row);
    bearer->access = row.access;
    bearer->grant = row.grant;
    bearer->client = row.client;
    bearer->user = row.user;
    return found;
}

static struct verdict check_owner(const struct bearer *bearer)
{
    if (bearer->client.id == 0) {
        return refuse_token("the client of this token is no longer registered",
                            "a token of a client that is gone");
    }
    if (bearer->grant.user != 0 && bearer->user.id == 0) {
        return refuse_token("the user of this token is no longer there",
                            "a token of a user who is gone");
    }
    return ALLOWED;
}

static struct verdict recognise(struct tenant *tenant, struct arena *arena, const char *token,
                                bearer_getter *get, struct bearer *bearer)
{
    struct hash hash = secret_hash(token);
    *bearer = (struct bearer){0};
    int found = get(tenant, arena, &hash, bearer);
    if (found > 0) {
        TRY(find_by_id_token(tenant, arena, token, &hash));
        bearer->by_id_token = true;
        found = get(tenant, arena, &hash, bearer);
    }
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return explain_unknown(tenant, arena, token);
    }
    about_client(tenant, bearer->client.client_id);
    about_user(tenant, bearer->user.sub);
    about_grant(tenant, bearer->grant.id, 0);
    TRY(check_alive(tenant, arena, bearer));
    TRY(check_owner(bearer));
    bearer->scope = bearer->access.scope != NULL ? bearer->access.scope : bearer->grant.scope;
    /* A JWT says itself what it is good for, to whoever reads it, until it expires. */
    if (str_equal(bearer->client.access_token_format, "opaque")) {
        bearer->scope = scope_remaining(arena, &bearer->client, bearer->scope);
    }
    about_scope(tenant, bearer->scope);
    return ALLOWED;
}

struct verdict token_recognise(struct tenant *tenant, struct arena *arena, const char *token,
                               struct bearer *bearer)
{
    return recognise(tenant, arena, token, get_whole, bearer);
}

struct verdict token_recognise_opened(struct tenant *tenant, struct arena *arena, const char *token,
                                      struct bearer *bearer)
{
    return recognise(tenant, arena, token, get_opened, bearer);
}
