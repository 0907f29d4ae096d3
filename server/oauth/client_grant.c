/* grant_type=client_credentials (RFC 6749 4.4): a token for the client itself. */
#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/grant.h"
#include "server/oauth/resource.h"
#include "server/oauth/scope.h"

/* RFC 6749 4.4: a public client has nothing to show that it is itself. */
static struct verdict check_confidential(struct arena *arena, const struct client_row *client)
{
    if (!client_is_public(client)) {
        return ALLOWED;
    }
    return REFUSED(UNAUTHORIZED_CLIENT, .check = "grant_type",
                   .detail = arena_printf(arena,
                                          "client '%s' is public: client_credentials is for "
                                          "clients with a secret",
                                          client->client_id),
                   .expected = "a confidential client", .actual = "a public client",
                   .clause = "RFC 6749 4.4");
}

/* OpenID Connect's scopes are about a user who signed in, and here is none. */
static struct verdict check_userless(struct tenant *tenant, struct arena *arena, const char *scope)
{
    size_t size;
    for (const char *word; (word = str_next_word(&scope, &size)) != NULL;) {
        struct scope_row row = {0};
        const char *name = arena_strndup(arena, word, size);
        if (scopes_get(tenant->db, name, arena, &row) < 0) {
            return error_store_broken();
        }
        if (str_equal(row.kind, "oidc")) {
            return REFUSED(INVALID_SCOPE, .check = "scope",
                           .detail = arena_printf(arena,
                                                  "scope '%s' is about a user, and with "
                                                  "client_credentials there is none",
                                                  name),
                           .expected = "no scope of OpenID Connect", .actual = name,
                           .clause = "RFC 6749 4.4.2");
        }
    }
    return ALLOWED;
}

struct verdict client_grant(struct tenant *tenant, struct arena *arena,
                            const struct client_row *client, const struct form *form,
                            struct token_answer *answer)
{
    const char *scope;
    const char *issuer;
    struct terms terms = {0};
    TRY(check_confidential(arena, client));
    TRY(scope_request(tenant, arena, client, form_get(form, "scope"), &scope));
    about_scope(tenant, scope);
    TRY(check_userless(tenant, arena, scope));
    TRY(resource_read(tenant, arena, form, client, &terms.resource, &issuer));

    int64_t now = tenant_now(tenant);
    struct grant_row grant = {
        .client = client->id,
        .scope = scope,
        .terms = terms,
        .auth_time = now,
        .created_at = now,
        .expires_at = now + client->access_token_ttl,
    };
    const struct mint mint = {.client = client, .grant = &grant, .scope = scope, .now = now};
    struct access_row access = {0};
    /* RFC 6749 4.4.3: no refresh token; the client asks again. */
    TRY(token_mint(tenant, arena, &mint, answer, &access, NULL));
    if (tokens_grant(tenant->db, &grant, &access) < 0) {
        return error_store_broken();
    }
    about_grant(tenant, grant.id, 0);
    about_happened(tenant, HAPPENED_TOKENS_ISSUED);
    return ALLOWED;
}
