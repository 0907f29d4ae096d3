#include "server/oauth/mint.h"

#include <string.h>

#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/resource.h"
#include "server/oauth/secret.h"
#include "server/store/codes.h"

const char *const mint_kind_names[MINT__MAX + 1] = {
    [MINT_ACCESS] = "access",
    [MINT_ID] = "id",
    [MINT_REFRESH] = "refresh",
    [MINT_CODE] = "code",
};

/* The client, as if it were registered for what the order says of times. */
static struct client_row client_of(const struct mint_order *order)
{
    struct client_row client = *order->client;
    int64_t *const ttls[MINT__MAX] = {
        [MINT_ACCESS] = &client.access_token_ttl,
        [MINT_ID] = &client.id_token_ttl,
        [MINT_REFRESH] = &client.refresh_token_ttl,
        [MINT_CODE] = &client.code_ttl,
    };
    if (order->ttl > 0) {
        *ttls[order->kind] = order->ttl;
    }
    return client;
}

static struct verdict put_code(struct tenant *tenant, struct arena *arena,
                               const struct mint_order *order, const struct client_row *client,
                               struct minted *minted)
{
    int64_t now = tenant_now(tenant);
    const char *uris = client->redirect_uris;
    size_t size = strcspn(uris, " ");
    minted->code = secret_new(tenant, arena);
    minted->redirect_uri = arena_strndup(arena, uris, size);
    minted->answer = (struct token_answer){.scope = order->scope, .expires_in = client->code_ttl};
    struct code_row row = {
        .hash = secret_hash(minted->code),
        .client = client->id,
        .user = order->user != NULL ? order->user->id : 0,
        .redirect_uri = minted->redirect_uri,
        .scope = order->scope,
        .amr = "user",
        .auth_time = now,
        .issued_at = now,
        .expires_at = now + client->code_ttl,
    };
    const struct form none = {0};
    const char *refused_by;
    TRY(resource_read(tenant, arena, &none, client, &row.terms.resource, &refused_by));
    return codes_put(tenant->db, &row) == 0 ? ALLOWED : error_store_broken();
}

/* A family of refresh tokens begins with a code that is redeemed; here nobody has seen it. */
static struct verdict store(struct tenant *tenant, struct arena *arena,
                            const struct mint_order *order, struct grant_row *grant,
                            struct access_row *access, struct refresh_row *refresh)
{
    struct minted unseen = {0};
    const struct client_row client = client_of(order);
    if (order->kind != MINT_REFRESH) {
        return tokens_grant(tenant->db, grant, access) == 0 ? ALLOWED : error_store_broken();
    }
    TRY(put_code(tenant, arena, order, &client, &unseen));
    const struct hash code = secret_hash(unseen.code);
    return tokens_redeem(tenant->db, &code, grant->created_at, grant, access, refresh) == 0
               ? ALLOWED
               : error_store_broken();
}

static struct verdict issue_tokens(struct tenant *tenant, struct arena *arena,
                                   const struct mint_order *order, const struct client_row *client,
                                   struct token_answer *answer)
{
    const struct form none = {0};
    const char *refused_by;
    int64_t now = tenant_now(tenant);
    struct grant_row grant = {
        .client = client->id,
        .user = order->user != NULL ? order->user->id : 0,
        .scope = order->scope,
        .amr = order->user != NULL ? "user" : NULL,
        .auth_time = now,
        .created_at = now,
        .expires_at = now + (order->kind == MINT_REFRESH ? client->refresh_token_ttl
                                                         : client->access_token_ttl),
    };
    TRY(resource_read(tenant, arena, &none, client, &grant.terms.resource, &refused_by));
    const struct mint mint = {
        .client = client,
        .user = order->user,
        .grant = &grant,
        .scope = order->scope,
        .access_claims = order->kind == MINT_ACCESS ? order->claims : NULL,
        .id_claims = order->kind == MINT_ID ? order->claims : NULL,
        .with_refresh = order->kind == MINT_REFRESH,
        .with_id_token = order->kind == MINT_ID,
        .now = now,
    };
    struct access_row access = {0};
    struct refresh_row refresh = {0};
    TRY(token_mint(tenant, arena, &mint, answer, &access, &refresh));
    TRY(store(tenant, arena, order, &grant, &access, &refresh));
    about_grant(tenant, grant.id, 0);
    return ALLOWED;
}

struct verdict mint_issue(struct tenant *tenant, struct arena *arena,
                          const struct mint_order *order, struct minted *minted)
{
    const struct client_row client = client_of(order);
    struct tenant spoiling = *tenant;
    spoiling.id_token_bad = order->kind == MINT_ID ? order->bad : NULL;
    spoiling.access_token_bad = order->kind == MINT_ACCESS ? order->bad : NULL;
    *minted = (struct minted){0};
    return order->kind == MINT_CODE
               ? put_code(tenant, arena, order, &client, minted)
               : issue_tokens(&spoiling, arena, order, &client, &minted->answer);
}
