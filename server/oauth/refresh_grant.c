/* grant_type=refresh_token (RFC 6749 6): rotation, and what a client's policy says of reuse (RFC
 * 9700 4.14.2). */
#include <string.h>

#include "server/base/log.h"
#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/grant.h"
#include "server/oauth/mistaken.h"
#include "server/oauth/resource.h"
#include "server/oauth/scope.h"
#include "server/oauth/secret.h"
#include "server/oauth/user.h"

/* How often a request that lost a race looks again. Each loss means that another request won. */
#define ATTEMPTS 64

#define NEAR_EXPIRY_PERCENT 70

struct presented {
    struct refresh_row refresh;
    struct grant_row grant;
};

static struct verdict refuse_token(const char *detail, const char *actual)
{
    return REFUSED(INVALID_GRANT, .check = "refresh_token", .detail = detail,
                   .expected = "the latest refresh token of its family", .actual = actual,
                   .clause = "RFC 6749 6");
}

static struct verdict explain_unknown(struct tenant *tenant, struct arena *arena, const char *text)
{
    const char *detail;
    const char *kind;
    if (mistaken_for(tenant, arena, text, &detail, &kind) < 0) {
        return error_store_broken();
    }
    return detail != NULL ? refuse_token(detail, kind)
                          : refuse_token("refresh_token is unknown: it was not issued here, or is "
                                         "long forgotten",
                                         "an unknown refresh token");
}

static struct verdict find_token(struct tenant *tenant, struct arena *arena, const char *text,
                                 struct presented *presented)
{
    if (text == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "refresh_token",
                       .detail = "refresh_token is missing", .expected = "a refresh token",
                       .actual = "none", .clause = "RFC 6749 6");
    }
    const struct hash hash = secret_hash(text);
    int found =
        tokens_refresh_get(tenant->db, &hash, arena, &presented->refresh, &presented->grant);
    if (found < 0) {
        return error_store_broken();
    }
    return found > 0 ? explain_unknown(tenant, arena, text) : ALLOWED;
}

static struct verdict check_alive(struct tenant *tenant, struct arena *arena,
                                  const struct client_row *client, const struct grant_row *grant)
{
    int64_t now = tenant_now(tenant);
    if (grant->client != client->id) {
        /* Before the rules of reuse: a stranger cannot end another client's family. */
        return refuse_token(
            arena_printf(arena, "refresh_token was not issued to client '%s'", client->client_id),
            "a refresh token of another client");
    }
    if (grant->revoked_at != 0) {
        return refuse_token(arena_printf(arena, "refresh_token was revoked %s: %s",
                                         token_ago(arena, now, grant->revoked_at),
                                         token_end_reason(grant->end)),
                            "a revoked refresh token");
    }
    if (grant->expires_at <= now) {
        return refuse_token(arena_printf(arena, "refresh_token expired %s",
                                         token_ago(arena, now, grant->expires_at)),
                            "an expired refresh token");
    }
    return ALLOWED;
}

/* A family that lies unused for long has been left behind (RFC 9700 4.14.2). */
static struct verdict check_idle(struct tenant *tenant, struct arena *arena,
                                 const struct client_row *client, const struct grant_row *grant)
{
    int64_t idle = tenant_now(tenant) - grant->leaf_at;
    if (client->refresh_idle_ttl == 0 || idle < client->refresh_idle_ttl) {
        return ALLOWED;
    }
    return refuse_token(
        arena_printf(arena,
                     "refresh_token was last used %lld s ago; client '%s' may let one "
                     "lie for %lld s",
                     (long long)idle, client->client_id, (long long)client->refresh_idle_ttl),
        "a refresh token left unused for too long");
}

/* Whether a refresh of the leaf spends it, by the client's registration. */
static bool rotates(const struct client_row *client, const struct grant_row *grant, int64_t now)
{
    int64_t lifetime = grant->expires_at - grant->created_at;
    if (str_equal(client->refresh_rotation, "public")) {
        return client_is_public(client);
    }
    if (str_equal(client->refresh_rotation, "near_expiry")) {
        return (now - grant->created_at) * 100 >= lifetime * NEAR_EXPIRY_PERCENT;
    }
    return !str_equal(client->refresh_rotation, "never");
}

static bool takes_none(const struct client_row *client, const struct refresh_row *refresh,
                       int64_t now)
{
    (void)client;
    (void)refresh;
    (void)now;
    return false;
}

/* The window counts from the first use and never starts again. */
static bool takes_within_grace(const struct client_row *client, const struct refresh_row *refresh,
                               int64_t now)
{
    return now - refresh->taken_at <= client->refresh_seconds &&
           (client->refresh_uses == 0 || refresh->reuses < client->refresh_uses);
}

static bool takes_always(const struct client_row *client, const struct refresh_row *refresh,
                         int64_t now)
{
    (void)client;
    (void)refresh;
    (void)now;
    return true;
}

/* TABLE of what a client's policy makes of a spent token that comes again. The first is the
 * default. */
static const struct policy {
    const char *mode;
    /* Whether the predecessor of a leaf that is unused is taken once more. */
    bool (*takes)(const struct client_row *client, const struct refresh_row *refresh, int64_t now);
    bool revokes; /* the family, where the token is not taken (RFC 9700 4.14.2) */
} policies[] = {
    {"strict", takes_none, true},
    {"grace", takes_within_grace, true},
    {"retry_safe", takes_always, true},
    {"refuse", takes_none, false},
};

static const struct policy *policy_of(const struct client_row *client)
{
    size_t i = COUNT(policies) - 1;
    while (i > 0 && !str_equal(policies[i].mode, client->refresh_mode)) {
        i--;
    }
    return &policies[i];
}

/* The leaf is by definition unused. */
static bool policy_takes_again(const struct client_row *client, const struct presented *presented,
                               int64_t now)
{
    const struct refresh_row *refresh = &presented->refresh;
    return refresh->taken_at != 0 && refresh->generation == presented->grant.generation - 1 &&
           policy_of(client)->takes(client, refresh, now);
}

static struct verdict refuse_reuse(struct tenant *tenant, struct arena *arena,
                                   const struct client_row *client,
                                   const struct presented *presented)
{
    int64_t now = tenant_now(tenant);
    const struct policy *policy = policy_of(client);
    if (policy->revokes &&
        tokens_grant_revoke(tenant->db, presented->grant.id, now, GRANT_REFRESH_REUSED) < 0) {
        return error_store_broken();
    }
    const char *when =
        presented->refresh.taken_at != 0
            ? arena_printf(arena, "was used %s", token_ago(arena, now, presented->refresh.taken_at))
            : "was replaced before its first use";
    const char *family = policy->revokes ? "its whole family is revoked" : "its family lives on";
    return refuse_token(arena_printf(arena,
                                     "refresh_token %s; %s (generation %lld of %lld, policy %s)",
                                     when, family, (long long)presented->refresh.generation,
                                     (long long)presented->grant.generation, policy->mode),
                        "a refresh token used before");
}

static bool is_leaf(const struct presented *presented)
{
    const struct refresh_row *refresh = &presented->refresh;
    return refresh->taken_at == 0 && refresh->generation == presented->grant.generation &&
           memcmp(&refresh->hash, &presented->grant.leaf, sizeof(refresh->hash)) == 0;
}

/* Which way the presented token may be spent, if any. */
static struct verdict decide(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const struct presented *presented,
                             enum rotate_how *how)
{
    TRY(check_alive(tenant, arena, client, &presented->grant));
    if (is_leaf(presented)) {
        *how = rotates(client, &presented->grant, tenant_now(tenant)) ? ROTATE_LEAF : ROTATE_KEEP;
        return check_idle(tenant, arena, client, &presented->grant);
    }
    if (policy_takes_again(client, presented, tenant_now(tenant))) {
        *how = ROTATE_AGAIN;
        return check_idle(tenant, arena, client, &presented->grant);
    }
    return refuse_reuse(tenant, arena, client, presented);
}

struct verdict refresh_recognise(struct tenant *tenant, struct arena *arena,
                                 const struct client_row *client, const char *text,
                                 struct grant_row *grant, struct user_row *user)
{
    struct presented presented = {0};
    TRY(find_token(tenant, arena, text, &presented));
    TRY(check_alive(tenant, arena, client, &presented.grant));
    if (!is_leaf(&presented)) {
        return refuse_token("refresh_token was used before", "a spent refresh token");
    }
    TRY(check_idle(tenant, arena, client, &presented.grant));
    *grant = presented.grant;
    return user_of_grant(tenant, arena, grant->user, user);
}

/* RFC 6749 6: scope shrinks for this access token alone; the family keeps what was granted. What
 * the client is no longer registered for is not issued any more. */
static struct verdict choose_scope(struct arena *arena, const struct client_row *client,
                                   const char *granted, const char *asked, const char **scope)
{
    *scope = scope_remaining(arena, client, granted);
    if (**scope == '\0') {
        return REFUSED(INVALID_SCOPE, .check = "scope",
                       .detail = arena_printf(arena,
                                              "of what was granted, client '%s' is registered for "
                                              "nothing any more",
                                              client->client_id),
                       .expected = granted, .actual = client->scope, .clause = "RFC 6749 6");
    }
    if (asked == NULL) {
        return ALLOWED;
    }
    const char *remaining = *scope;
    TRY(scope_parse(arena, asked, scope));
    return scope_narrow(arena, remaining, *scope);
}

/* The irreversible step, last. A request that loses a race reads again what became of its token. */
static struct verdict rotate(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const char *text,
                             struct presented *presented, enum rotate_how *how,
                             const struct access_row *access, const struct refresh_row *successor)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const struct rotation rotation = {
            .how = *how,
            .grant = presented->grant.id,
            .presented = presented->refresh.hash,
            .generation = presented->refresh.generation,
            .expected_reuses = presented->refresh.reuses,
            .successor = successor->hash,
            .access = *access,
            .now = tenant_now(tenant),
        };
        int outcome = tokens_rotate(tenant->db, &rotation);
        if (outcome == 0) {
            return ALLOWED;
        }
        if (outcome < 0) {
            return error_store_broken();
        }
        TRY(find_token(tenant, arena, text, presented));
        TRY(decide(tenant, arena, client, presented, how));
    }
    return REFUSED(TEMPORARILY_UNAVAILABLE, .check = "refresh_token",
                   .detail = "too many requests present this refresh token at the same moment");
}

/* A breach has its line as a refusal; this is the other two's. */
static void log_use(const struct client_row *client, const struct presented *presented,
                    enum rotate_how how)
{
    static const char *const events[] = {
        [ROTATE_LEAF] = "refresh token rotated",
        [ROTATE_AGAIN] = "spent refresh token taken again, as the policy has it",
        [ROTATE_KEEP] = "refresh token used and kept",
    };
    enum log_level level = how == ROTATE_AGAIN ? LOG_INFO : LOG_DEBUG;
    if (!log_enabled(level)) {
        return;
    }
    const struct log_field fields[] = {
        {.name = "client_id", .value = client->client_id},
        {.name = "family", .number = &presented->grant.id},
        {.name = "generation", .number = &presented->refresh.generation},
        {.name = "policy", .value = client->refresh_mode},
    };
    log_event(level, events[how], fields, COUNT(fields));
}

struct verdict refresh_grant(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const struct form *form,
                             struct token_answer *answer)
{
    const char *text = form_get(form, "refresh_token");
    struct presented presented = {0};
    enum rotate_how how = ROTATE_KEEP;
    const char *scope = NULL;
    struct user_row user = {0};
    TRY(find_token(tenant, arena, text, &presented));
    about_grant(tenant, presented.grant.id, presented.refresh.generation);
    TRY(decide(tenant, arena, client, &presented, &how));
    TRY(resource_confirm(tenant, arena, form, presented.grant.terms.resource));
    TRY(choose_scope(arena, client, presented.grant.scope, form_get(form, "scope"), &scope));
    about_scope(tenant, scope);
    TRY(user_of_grant(tenant, arena, presented.grant.user, &user));

    const struct mint mint = {
        .client = client,
        .user = &user,
        .grant = &presented.grant,
        .scope = scope,
        .nonce = presented.grant.nonce,
        .with_refresh = true,
        .with_id_token = str_has_word(scope, "openid"),
        .now = tenant_now(tenant),
    };
    struct access_row access = {0};
    struct refresh_row successor = {0};
    TRY(token_mint(tenant, arena, &mint, answer, &access, &successor));
    TRY(rotate(tenant, arena, client, text, &presented, &how, &access, &successor));
    if (how == ROTATE_KEEP) {
        answer->refresh_token = text;
    }
    log_use(client, &presented, how);
    about_happened(tenant, HAPPENED_REFRESHED);
    return ALLOWED;
}
