#include "server/oauth/introspection.h"

#include "server/base/json.h"
#include "server/oauth/about.h"
#include "server/oauth/grant.h"
#include "server/oauth/issuer.h"
#include "server/oauth/parameters.h"
#include "server/oauth/resource.h"
#include "server/oauth/token.h"

/* RFC 7662 2.1: the caller is authorised, and a client_id that anybody may send authorises nobody.
 */
static struct verdict check_caller(struct arena *arena, const struct client_row *client)
{
    if (!client_is_public(client)) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_CLIENT, .check = "client_authentication",
        .detail =
            arena_printf(arena, "client '%s' is public: only a client with a secret may introspect",
                         client->client_id),
        .expected = "a confidential client", .actual = "a public client", .clause = "RFC 7662 2.1");
}

/* Make's: the organization that the user limited the grant to. */
static void put_organization(json_t *answer, const struct grant_row *grant)
{
    if (grant->terms.organization != 0) {
        json_object_set_new(answer, "organization", json_integer(grant->terms.organization));
    }
}

/* RFC 7662 2.2 */
static json_t *describe_access(const struct tenant *tenant, struct arena *arena,
                               const struct bearer *bearer)
{
    json_t *answer = json_object();
    json_object_set_new(answer, "active", json_true());
    json_put_text(answer, "scope", bearer->scope);
    json_put_text(answer, "client_id", bearer->client.client_id);
    json_put_text(answer, "token_type", "Bearer");
    json_object_set_new(answer, "exp", json_integer(bearer->access.expires_at));
    json_object_set_new(answer, "iat", json_integer(bearer->access.issued_at));
    json_put_text(answer, "sub", token_subject(bearer));
    json_object_set_new(answer, "aud",
                        resource_audience(tenant, arena, &bearer->client,
                                          bearer->grant.terms.resource, bearer->scope));
    json_put_text(answer, "iss", issuer_of(tenant, arena, &bearer->client));
    put_organization(answer, &bearer->grant);
    return answer;
}

/* The family's end, or sooner when the client may not let a token lie that long. */
static int64_t refresh_expires_at(const struct client_row *client, const struct grant_row *grant)
{
    int64_t idle_until = grant->leaf_at + client->refresh_idle_ttl;
    bool idles = client->refresh_idle_ttl > 0 && idle_until < grant->expires_at;
    return idles ? idle_until : grant->expires_at;
}

/* No token_type: it is no access token, and nothing can be opened with it. */
static json_t *describe_refresh(const struct tenant *tenant, struct arena *arena,
                                const struct client_row *client, const struct grant_row *grant,
                                const struct user_row *user)
{
    json_t *answer = json_object();
    json_object_set_new(answer, "active", json_true());
    json_put_text(answer, "scope", grant->scope);
    json_put_text(answer, "client_id", client->client_id);
    json_object_set_new(answer, "exp", json_integer(refresh_expires_at(client, grant)));
    json_put_text(answer, "sub", user->sub);
    json_put_text(answer, "iss", issuer_of(tenant, arena, client));
    put_organization(answer, grant);
    return answer;
}

/* The store is asked both ways, whatever the hint (RFC 7662 2.1). */
static struct verdict look_up(struct tenant *tenant, struct arena *arena,
                              const struct client_row *client, const char *token, json_t **answer)
{
    struct bearer bearer = {0};
    struct verdict verdict = token_recognise(tenant, arena, token, &bearer);
    if (verdict.code == ERROR_NONE) {
        *answer = describe_access(tenant, arena, &bearer);
        return ALLOWED;
    }
    if (verdict.code != ERROR_INVALID_TOKEN) {
        return verdict;
    }
    struct grant_row grant = {0};
    struct user_row user = {0};
    verdict = refresh_recognise(tenant, arena, client, token, &grant, &user);
    if (verdict.code == ERROR_NONE) {
        *answer = describe_refresh(tenant, arena, client, &grant, &user);
        return ALLOWED;
    }
    if (verdict.code != ERROR_INVALID_GRANT) {
        return verdict;
    }
    /* RFC 7662 2.2: why it is over is not told. */
    *answer = json_pack("{s:b}", "active", 0);
    return ALLOWED;
}

struct verdict introspection_answer(struct tenant *tenant, struct arena *arena,
                                    const struct credentials *credentials, const struct form *form,
                                    json_t **answer)
{
    struct client_row client = {0};
    TRY(parameters_all_once(arena, form, NULL));
    TRY(client_authenticate(tenant, arena, credentials, &client));
    TRY(check_caller(arena, &client));
    const char *token = form_get(form, "token");
    if (token == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "token", .detail = "token is missing",
                       .expected = "the token to introspect", .actual = "none",
                       .clause = "RFC 7662 2.1");
    }
    const struct verdict verdict = look_up(tenant, arena, &client, token, answer);
    about_client(tenant, client.client_id); /* who asks, whosever the token is */
    return verdict;
}
