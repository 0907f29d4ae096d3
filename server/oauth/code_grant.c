/* grant_type=authorization_code (RFC 6749 4.1.3). */
#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/grant.h"
#include "server/oauth/mistaken.h"
#include "server/oauth/pkce.h"
#include "server/oauth/resource.h"
#include "server/oauth/secret.h"
#include "server/oauth/user.h"
#include "server/store/codes.h"

static struct verdict refuse_code(const char *detail, const char *actual)
{
    return REFUSED(INVALID_GRANT, .check = "code", .detail = detail,
                   .expected = "a fresh code of this client", .actual = actual,
                   .clause = "RFC 6749 4.1.2");
}

/* RFC 6749 4.1.2: a code used twice has been seen by somebody else; all that came of it goes. */
static struct verdict refuse_replay(struct tenant *tenant, struct arena *arena,
                                    const struct code_row *code)
{
    int64_t now = tenant_now(tenant);
    about_grant(tenant, code->grant, 0);
    if (code->state == CODE_BURNT) {
        return refuse_code(arena_printf(arena, "code was spent by a request that failed %s",
                                        token_ago(arena, now, code->taken_at)),
                           "a code that a failed check has spent");
    }
    int outcome = code->grant != 0
                      ? tokens_grant_revoke(tenant->db, code->grant, now, GRANT_CODE_REPLAYED)
                      : 0;
    if (outcome < 0) {
        return error_store_broken();
    }
    return refuse_code(arena_printf(arena, "code was redeemed %s; its tokens are revoked",
                                    token_ago(arena, now, code->taken_at)),
                       "a code redeemed before");
}

static struct verdict explain_unknown(struct tenant *tenant, struct arena *arena, const char *text)
{
    const char *detail;
    const char *kind;
    if (mistaken_for(tenant, arena, text, &detail, &kind) < 0) {
        return error_store_broken();
    }
    return detail != NULL
               ? refuse_code(detail, kind)
               : refuse_code("code is unknown: it was not issued here, or is long forgotten",
                             "an unknown code");
}

static struct verdict find_code(struct tenant *tenant, struct arena *arena, const char *text,
                                struct code_row *code)
{
    if (text == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "code", .detail = "code is missing",
                       .expected = "the code of an authorization response", .actual = "none",
                       .clause = "RFC 6749 4.1.3");
    }
    const struct hash hash = secret_hash(text);
    int found = codes_get(tenant->db, &hash, arena, code);
    if (found < 0) {
        return error_store_broken();
    }
    return found > 0 ? explain_unknown(tenant, arena, text) : ALLOWED;
}

static struct verdict check_fresh(struct tenant *tenant, struct arena *arena,
                                  const struct client_row *client, const struct code_row *code)
{
    int64_t now = tenant_now(tenant);
    if (code->client != client->id) {
        /* Before anything that changes the code: a stranger cannot end another client's sign-in. */
        return refuse_code(
            arena_printf(arena, "code was not issued to client '%s'", client->client_id),
            "a code of another client");
    }
    if (code->state != CODE_FRESH) {
        return refuse_replay(tenant, arena, code);
    }
    if (code->expires_at > now) {
        return ALLOWED;
    }
    /* Burnt, so that a clock set back does not make it fresh again. */
    if (codes_burn(tenant->db, &code->hash, now) < 0) {
        return error_store_broken();
    }
    return refuse_code(arena_printf(arena, "code expired %s; it was good for %lld s",
                                    token_ago(arena, now, code->expires_at),
                                    (long long)(code->expires_at - code->issued_at)),
                       "an expired code");
}

static struct verdict check_redirect_uri(struct arena *arena, const struct client_row *client,
                                         const struct code_row *code, const char *uri)
{
    if (uri == NULL && client->token_redirect_uri_optional) {
        return ALLOWED;
    }
    if (uri == NULL) {
        return REFUSED(
            INVALID_REQUEST, .check = "redirect_uri",
            .detail = "redirect_uri is missing: it must be the authorization request's; a "
                      "client whose registration says 'token_redirect_uri': 'optional' "
                      "may leave it out",
            .expected = code->redirect_uri, .actual = "none", .clause = "RFC 6749 4.1.3");
    }
    if (str_equal(uri, code->redirect_uri)) {
        return ALLOWED;
    }
    return REFUSED(INVALID_GRANT, .check = "redirect_uri",
                   .detail =
                       arena_printf(arena,
                                    "redirect_uri '%s' is not the authorization request's '%s'; "
                                    "the code is spent",
                                    uri, code->redirect_uri),
                   .expected = code->redirect_uri, .actual = uri, .clause = "RFC 6749 4.1.3");
}

/* A refused proof spends the code, so that nobody may try again (RFC 9700 4.5); a request that is
 * merely malformed does not. */
static struct verdict check_proofs(struct tenant *tenant, struct arena *arena,
                                   const struct client_row *client, const struct code_row *code,
                                   const struct form *form)
{
    const char *verifier = form_get(form, "code_verifier");
    TRY(pkce_verifier_form(arena, verifier));
    struct verdict verdict =
        check_redirect_uri(arena, client, code, form_get(form, "redirect_uri"));
    if (verdict.code == ERROR_NONE) {
        verdict = pkce_verify(code->challenge, verifier);
    }
    if (verdict.code == ERROR_INVALID_GRANT &&
        codes_burn(tenant->db, &code->hash, tenant_now(tenant)) < 0) {
        return error_store_broken();
    }
    return verdict;
}

struct verdict code_grant(struct tenant *tenant, struct arena *arena,
                          const struct client_row *client, const struct form *form,
                          struct token_answer *answer)
{
    struct code_row code = {0};
    struct user_row user = {0};
    TRY(find_code(tenant, arena, form_get(form, "code"), &code));
    TRY(check_fresh(tenant, arena, client, &code));
    TRY(resource_confirm(tenant, arena, form, code.terms.resource));
    TRY(check_proofs(tenant, arena, client, &code, form));
    TRY(user_of_grant(tenant, arena, code.user, &user));
    about_scope(tenant, code.scope);

    int64_t now = tenant_now(tenant);
    struct grant_row grant = {
        .client = client->id,
        .user = user.id,
        .scope = code.scope,
        .acr = code.acr,
        .amr = code.amr,
        .terms = code.terms,
        .auth_time = code.auth_time,
        .nonce = client->nonce_on_refresh ? code.nonce : NULL,
        .created_at = now,
        .expires_at = now + client->refresh_token_ttl,
    };
    const struct mint mint = {
        .client = client,
        .user = &user,
        .grant = &grant,
        .scope = code.scope,
        .nonce = code.nonce,
        .with_refresh = client_may_grant(client, grant_type_table[GRANT_REFRESH_TOKEN].name),
        .with_id_token = str_has_word(code.scope, "openid"),
        .now = now,
    };
    struct access_row access = {0};
    struct refresh_row refresh = {0};
    TRY(token_mint(tenant, arena, &mint, answer, &access, &refresh));

    /* The irreversible step, last: one transaction takes the code and adds what came of it. */
    int outcome = tokens_redeem(tenant->db, &code.hash, now, &grant, &access,
                                mint.with_refresh ? &refresh : NULL);
    if (outcome < 0) {
        return error_store_broken();
    }
    if (outcome == TOKENS_TAKEN) {
        TRY(find_code(tenant, arena, form_get(form, "code"), &code));
        return refuse_replay(tenant, arena, &code);
    }
    about_grant(tenant, grant.id, 0);
    about_happened(tenant, HAPPENED_TOKENS_ISSUED);
    return ALLOWED;
}
