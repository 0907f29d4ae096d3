#include "server/oauth/revocation.h"

#include "server/oauth/parameters.h"
#include "server/oauth/secret.h"
#include "server/store/tokens.h"

static struct verdict check_owner(struct arena *arena, const struct client_row *client,
                                  const struct grant_row *grant)
{
    if (grant->client == client->id) {
        return ALLOWED;
    }
    return REFUSED(INVALID_GRANT, .check = "token",
                   .detail = arena_printf(arena,
                                          "token was not issued to client '%s' and was not revoked",
                                          client->client_id),
                   .expected = "a token of this client", .actual = "a token of another client",
                   .clause = "RFC 7009 2.1");
}

static struct verdict revoke_family(struct tenant *tenant, int64_t grant)
{
    int outcome =
        tokens_grant_revoke(tenant->db, grant, tenant_now(tenant), GRANT_REVOKED_BY_CLIENT);
    return outcome < 0 ? error_store_broken() : ALLOWED;
}

static struct verdict revoke_access(struct tenant *tenant, const struct hash *hash)
{
    int outcome = tokens_access_revoke(tenant->db, hash, tenant_now(tenant));
    return outcome < 0 ? error_store_broken() : ALLOWED;
}

static struct verdict revoke(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const char *token)
{
    const struct hash hash = secret_hash(token);
    struct refresh_row refresh = {0};
    struct access_row access = {0};
    struct grant_row grant = {0};
    int found = tokens_refresh_get(tenant->db, &hash, arena, &refresh, &grant);
    if (found == 0) {
        TRY(check_owner(arena, client, &grant));
        return revoke_family(tenant, grant.id);
    }
    if (found > 0) {
        found = tokens_access_get(tenant->db, &hash, arena, &access, &grant);
    }
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return ALLOWED; /* RFC 7009 2.2: the client's aim is reached */
    }
    TRY(check_owner(arena, client, &grant));
    return revoke_access(tenant, &hash);
}

struct verdict revocation_answer(struct tenant *tenant, struct arena *arena,
                                 const struct credentials *credentials, const struct form *form)
{
    struct client_row client = {0};
    TRY(parameters_all_once(arena, form, NULL));
    TRY(client_authenticate(tenant, arena, credentials, &client));
    const char *token = form_get(form, "token");
    if (token == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "token", .detail = "token is missing",
                       .expected = "the token to revoke", .actual = "none",
                       .clause = "RFC 7009 2.1");
    }
    return revoke(tenant, arena, &client, token);
}
