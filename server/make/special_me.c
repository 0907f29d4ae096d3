/* The caller: who it is, what its token may do, and its API tokens. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/make/profile.h"
#include "server/make/special.h"
#include "server/oauth/secret.h"
#include "server/store/api_tokens.h"
#include "server/store/clients.h"

static struct verdict me(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    (void)subject;
    answer->json = json_pack("{s:o}", "authUser", profile_describe(api));
    return ALLOWED;
}

static struct verdict authorization(const struct api *api, const struct subject *subject,
                                    struct api_answer *answer)
{
    (void)subject;
    answer->json = json_object();
    json_t *described = json_object();
    json_object_set_new(answer->json, "authorization", described);
    json_object_set_new(described, "authUsed",
                        json_string(api->caller->by_api_token ? "token" : "oauth"));
    json_object_set_new(described, "scope", json_words(api->caller->scope));
    if (api->caller->organization != 0) {
        json_object_set_new(described, "organizationId", json_integer(api->caller->organization));
    }
    return ALLOWED;
}

/* `token` NULL: masked. */
static json_t *describe_token(const struct api_token_row *row, const char *token)
{
    char created[CLOCK_ISO_SIZE];
    json_t *described = json_object();
    clock_iso_date(row->created_at / 1000, created);
    json_put_text(described, "token", token != NULL ? token : row->masked);
    json_put_text(described, "label", row->label);
    json_object_set_new(described, "scope", json_words(row->scope));
    json_put_text(described, "created", created);
    json_object_set_new(described, "timestamp", json_integer(row->created_at));
    json_object_set_new(described, "isActive", json_true());
    return described;
}

static struct verdict tokens_list(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    (void)subject;
    const struct api_token_row *rows;
    size_t count;
    if (api_tokens_list(api->world->tenant->db, api->caller->user.id, api->world->arena, &rows,
                        &count) != 0) {
        return error_store_broken();
    }
    json_t *list = json_array();
    answer->json = json_object();
    json_object_set_new(answer->json, "apiTokens", list);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, describe_token(&rows[i], NULL));
    }
    return ALLOWED;
}

/* A token makes none that may do more than itself. */
static struct verdict check_held(const struct api *api, const char *name)
{
    return str_has_word(api->caller->scope, name)
               ? ALLOWED
               : REFUSED(INSUFFICIENT_SCOPE, .check = "scope",
                         .detail = arena_printf(api->world->arena,
                                                "a token gives away scopes that it has itself; "
                                                "this one lacks '%s'",
                                                name),
                         .expected = arena_strdup(api->world->arena, name),
                         .actual = api->caller->scope, .clause = "RFC 6750 3.1",
                         .scope = arena_strdup(api->world->arena, name));
}

/* Nor one that goes beyond the organization that the user's consent is for. */
static struct verdict check_unlimited(const struct api *api)
{
    return api->caller->organization == 0
               ? ALLOWED
               : REFUSED(PERMISSION_DENIED, .check = "organization",
                         .detail =
                             arena_printf(api->world->arena,
                                          "the user's consent is for organization %lld alone, "
                                          "and an API token opens all of them",
                                          (long long)api->caller->organization),
                         .expected = "a token without that limit", .actual = "a limited one");
}

static struct verdict check_scope(const struct api *api, const char *name)
{
    struct scope_row row = {0};
    int found =
        name == NULL ? 1 : scopes_get(api->world->tenant->db, name, api->world->arena, &row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0 && !str_equal(row.kind, "oidc")) {
        return check_held(api, name);
    }
    return input_refuse(api->world->arena, "scope",
                        name == NULL ? "has an item that is no text"
                                     : arena_printf(api->world->arena, "'%s' is unknown", name),
                        "scopes of GET /enums/user-api-token-scopes");
}

static struct verdict read_scope(const struct api *api, const char **scope)
{
    const json_t *list = json_object_get(api->body, "scope");
    *scope = "";
    if (json_array_size(list) == 0) {
        return input_refuse(api->world->arena, "scope", "is missing or empty", "a list of scopes");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        TRY(check_scope(api, name));
        *scope = str_with_word(api->world->arena, *scope, name);
    }
    return ALLOWED;
}

/* The new token with the moment that the store gave it. */
static struct verdict find_new(const struct api *api, const struct hash *hash,
                               struct api_token_row *row)
{
    return api_tokens_get(api->world->tenant->db, hash, api->world->arena, row) == 0
               ? ALLOWED
               : error_store_broken();
}

static struct verdict tokens_create(const struct api *api, const struct subject *subject,
                                    struct api_answer *answer)
{
    (void)subject;
    const char *scope;
    const char *label = json_string_value(json_object_get(api->body, "label"));
    if (label == NULL || *label == '\0') {
        return input_refuse(api->world->arena, "label", "is missing or empty", "a text");
    }
    TRY(check_unlimited(api));
    TRY(read_scope(api, &scope));
    const char *token = fill_uuid(api->world);
    struct api_token_row row = {
        .hash = secret_hash(token),
        .user = api->caller->user.id,
        .label = arena_strdup(api->world->arena, label),
        .scope = scope,
        .masked = arena_printf(api->world->arena, "%.8s-****", token),
        .created_at = tenant_now(api->world->tenant) * 1000,
    };
    if (api_tokens_put(api->world->tenant->db, &row) != 0) {
        return error_store_broken();
    }
    TRY(find_new(api, &row.hash, &row));
    answer->json = json_object();
    json_object_set_new(answer->json, "apiToken", describe_token(&row, token));
    return ALLOWED;
}

static struct verdict tokens_delete(const struct api *api, const struct subject *subject,
                                    struct api_answer *answer)
{
    (void)subject;
    int64_t created_at = 0;
    const char *timestamp = match_value(api->match, "timestamp");
    if (!str_to_int64(timestamp, 0, INT64_MAX, &created_at)) {
        return input_refuse(api->world->arena, "timestamp", "is no number", "a token's timestamp");
    }
    int outcome = api_tokens_delete(api->world->tenant->db, api->caller->user.id, created_at);
    if (outcome < 0) {
        return error_store_broken();
    }
    if (outcome > 0) {
        return REFUSED(NOT_FOUND, .check = "timestamp",
                       .detail = "you have no API token with this timestamp",
                       .expected = "a timestamp of GET /users/me/api-tokens", .actual = timestamp);
    }
    answer->json = json_object();
    json_object_set_new(answer->json, "apiToken", json_integer(created_at));
    return ALLOWED;
}

static struct verdict token_scopes(const struct api *api, const struct subject *subject,
                                   struct api_answer *answer)
{
    (void)subject;
    const struct scope_row *rows;
    size_t count;
    if (scopes_list(api->world->tenant->db, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_t *list = json_array();
    answer->json = json_object();
    json_object_set_new(answer->json, "userApiTokenScopes", list);
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(rows[i].kind, "oidc")) {
            json_array_append_new(list, json_pack("{s:s}", "name", rows[i].name));
        }
    }
    return ALLOWED;
}

const struct special_row special_me[] = {
    {"me", me},
    {"authorization", authorization},
    {"tokens-list", tokens_list},
    {"tokens-create", tokens_create},
    {"tokens-delete", tokens_delete},
    {"token-scopes", token_scopes},
    {0},
};
