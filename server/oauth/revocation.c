#include "server/oauth/revocation.h"

#include "server/oauth/about.h"
#include "server/oauth/parameters.h"
#include "server/oauth/secret.h"
#include "server/store/tokens.h"
#include "server/store/users.h"

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

/* The outcome of a statement that revoked. */
static struct verdict revoked(struct tenant *tenant, int outcome)
{
    if (outcome < 0) {
        return error_store_broken();
    }
    about_happened(tenant, HAPPENED_REVOKED);
    return ALLOWED;
}

static struct verdict revoke_family(struct tenant *tenant, int64_t grant)
{
    return revoked(tenant, tokens_grant_revoke(tenant->db, grant, tenant_now(tenant),
                                               GRANT_REVOKED_BY_CLIENT));
}

static struct verdict revoke_access(struct tenant *tenant, const struct hash *hash)
{
    return revoked(tenant, tokens_access_revoke(tenant->db, hash, tenant_now(tenant)));
}

static void note(struct tenant *tenant, struct arena *arena, const struct grant_row *grant,
                 int64_t generation)
{
    struct user_row user = {0};
    about_grant(tenant, grant->id, generation);
    about_scope(tenant, grant->scope);
    /* A user who has left the fixture has no name any more. */
    if (grant->user != 0 && users_get(tenant->db, grant->user, arena, &user) == 0) {
        about_user(tenant, user.sub);
    }
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
        note(tenant, arena, &grant, refresh.generation);
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
    note(tenant, arena, &grant, 0);
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
