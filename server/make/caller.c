#include "server/make/caller.h"

#include "server/base/str.h"
#include "server/oauth/mistaken.h"
#include "server/oauth/resource.h"
#include "server/oauth/secret.h"
#include "server/oauth/token.h"
#include "server/store/api_tokens.h"

struct verdict caller_by_bearer(struct tenant *tenant, struct arena *arena, const char *token,
                                struct caller *caller)
{
    struct bearer bearer = {0};
    TRY(token_recognise_opened(tenant, arena, token, &bearer));
    TRY(resource_check(tenant, arena, &bearer, RESOURCE_API));
    if (bearer.grant.user == 0) {
        return REFUSED(INVALID_TOKEN, .check = "user",
                       .detail = "the access token is the client's own (client_credentials), and "
                                 "the API asks what a user may do",
                       .expected = "a token that a user consented to",
                       .actual = "a token of a client", .clause = "RFC 6750 3.1");
    }
    *caller = (struct caller){
        .user = bearer.user,
        .scope = bearer.scope,
        .organization = bearer.grant.terms.organization,
        .memberships = memberships_read(arena, bearer.user.memberships),
    };
    return ALLOWED;
}

static struct verdict refuse_api_token(const char *detail, const char *actual)
{
    return REFUSED(INVALID_TOKEN, .check = "api_token", .detail = detail,
                   .expected = "an API token of this server", .actual = actual,
                   .clause = "RFC 6750 3.1");
}

static struct verdict explain_unknown(struct tenant *tenant, struct arena *arena, const char *token)
{
    const char *detail;
    const char *kind;
    if (mistaken_for(tenant, arena, token, &detail, &kind) < 0) {
        return error_store_broken();
    }
    return detail != NULL ? refuse_api_token(detail, kind)
                          : refuse_api_token("the API token is none of this server, or was deleted",
                                             "an unknown API token");
}

struct verdict caller_by_api_token(struct tenant *tenant, struct arena *arena, const char *token,
                                   struct caller *caller)
{
    const struct hash hash = secret_hash(token);
    struct api_token_row row = {0};
    *caller = (struct caller){.by_api_token = true};
    int found = api_tokens_get(tenant->db, &hash, arena, &row);
    if (found > 0) {
        return explain_unknown(tenant, arena, token);
    }
    if (found == 0) {
        found = users_get(tenant->db, row.user, arena, &caller->user);
    }
    if (found > 0) {
        return refuse_api_token("the user of this API token is no longer there",
                                "a token of a user who is gone");
    }
    if (found < 0) {
        return error_store_broken();
    }
    caller->scope = row.scope;
    caller->memberships = memberships_read(arena, caller->user.memberships);
    return ALLOWED;
}

struct verdict caller_again(struct tenant *tenant, struct arena *arena, const struct caller *caller,
                            struct caller *now)
{
    *now = *caller;
    int found = users_get(tenant->db, caller->user.id, arena, &now->user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return REFUSED(INVALID_TOKEN, .check = "user",
                       .detail = "the user of this token is no longer there",
                       .expected = "a token of a user", .actual = "a token of a user who is gone",
                       .clause = "RFC 6750 3.1");
    }
    now->memberships = memberships_read(arena, now->user.memberships);
    return ALLOWED;
}

const char *caller_role(const struct caller *caller, const char *kind, int64_t id)
{
    return memberships_role(&caller->memberships, kind, id);
}

bool caller_reaches(const struct caller *caller, int64_t organization)
{
    return (caller->organization == 0 || caller->organization == organization) &&
           caller_role(caller, MEMBERSHIP_ORGANIZATION, organization) != NULL;
}

bool caller_belongs(const struct caller *caller, int64_t organization, int64_t team)
{
    return caller_role(caller, MEMBERSHIP_ORGANIZATION, organization) != NULL ||
           caller_role(caller, MEMBERSHIP_TEAM, team) != NULL;
}
