#include "server/oauth/registration_metadata.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/client_check.h"
#include "server/oauth/client_shapes.h"
#include "server/oauth/grant.h"
#include "server/oauth/scope.h"

static const struct place document;

static struct verdict refuse(struct arena *arena, const char *problem)
{
    if (str_starts(problem, "/redirect_uris")) {
        return REFUSED(INVALID_REDIRECT_URI, .check = "redirect_uris", .detail = problem,
                       .clause = "RFC 7591 3.2.2");
    }
    const char *member = arena_strndup(arena, problem + (*problem == '/'),
                                       strcspn(problem + (*problem == '/'), "/:"));
    return REFUSED(INVALID_CLIENT_METADATA, .check = member, .detail = problem,
                   .clause = "RFC 7591 3.2.2");
}

/* A member whose words depend on the profile. */
struct served {
    const char *member;
    const char *words;
    const char *(*mend)(struct arena *arena, const struct profile *profile, const char *word);
};

static struct verdict refuse_member(const struct tenant *tenant, struct arena *arena,
                                    const struct served *row, const char *actual)
{
    return REFUSED(
        INVALID_CLIENT_METADATA, .check = row->member,
        .detail = arena_printf(arena, "/%s: \"%s\" is not served%s; expected %s", row->member,
                               actual, row->mend(arena, tenant->profile, actual), row->words),
        .expected = row->words, .actual = arena_strdup(arena, actual), .clause = "RFC 7591 3.2.2");
}

const json_t *registration_metadata_get(const json_t *sent, const char *member)
{
    const json_t *value = json_object_get(sent, member);
    bool is_empty = json_is_null(value) || (json_is_string(value) && !*json_string_value(value)) ||
                    (json_is_array(value) && json_array_size(value) == 0);
    return is_empty ? NULL : value;
}

/* The members that are known here. What is no object stays as it is, for its shape to be refused.
 */
static json_t *known(const json_t *sent)
{
    if (!json_is_object(sent)) {
        return json_copy((json_t *)(uintptr_t)sent);
    }
    json_t *metadata = json_object();
    for (const struct shape_member *member = registration_shape.members; member->name != NULL;
         member++) {
        const json_t *value = registration_metadata_get(sent, member->name);
        if (value != NULL) {
            json_object_set(metadata, member->name, (json_t *)(uintptr_t)value);
        }
    }
    return metadata;
}

/* RFC 7591 2: nothing is fetched here, keys neither. */
static struct verdict refuse_references(struct arena *arena, const json_t *sent)
{
    const json_t *value = registration_metadata_get(sent, "jwks_uri");
    if (value == NULL) {
        return ALLOWED;
    }
    const char *uri = json_string_value(value);
    return REFUSED(INVALID_CLIENT_METADATA, .check = "jwks_uri",
                   .detail = "/jwks_uri: stands there, but nothing is fetched; expected the keys "
                             "themselves, as jwks",
                   .expected = "jwks", .actual = uri != NULL ? arena_strdup(arena, uri) : "no URL",
                   .clause = "RFC 7591 2");
}

/* The names of the grant types that the profile serves. */
static const char *grant_types_served(const struct tenant *tenant, struct arena *arena)
{
    const char *names = "";
    for (int i = 0; i < GRANT_TYPE__MAX; i++) {
        if (profile_serves(tenant->profile, grant_type_table[i].needs)) {
            names = str_with_word(arena, names, grant_type_table[i].name);
        }
    }
    return names;
}

static struct verdict check_served(const struct tenant *tenant, struct arena *arena,
                                   const json_t *metadata)
{
    const char *grants = grant_types_served(tenant, arena);
    const struct served rows[] = {
        {"token_endpoint_auth_method", tenant->profile->auth_methods, profile_mend_auth_method},
        {"id_token_signed_response_alg", tenant->profile->algs, profile_mend_alg},
        {"grant_types", grants, grant_type_mend}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const json_t *value = json_object_get(metadata, rows[i].member);
        size_t count = json_is_array(value) ? json_array_size(value) : 1;
        for (size_t j = 0; value != NULL && j < count; j++) {
            const char *word =
                json_string_value(json_is_array(value) ? json_array_get(value, j) : value);
            if (!str_has_word(rows[i].words, word)) {
                return refuse_member(tenant, arena, &rows[i], word);
            }
        }
    }
    return ALLOWED;
}

/* The catalogue, by name. */
static struct verdict read_scopes(struct tenant *tenant, struct arena *arena, json_t *all)
{
    const struct scope_row *rows;
    size_t count;
    if (scopes_list(tenant->db, arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(all, rows[i].name, json_null());
    }
    return ALLOWED;
}

static void put_default(json_t *metadata, const char *member, json_t *value)
{
    if (json_object_get(metadata, member) == NULL) {
        json_object_set(metadata, member, value);
    }
    json_decref(value);
}

/* RFC 7591 2: the defaults, but that the method is one that the profile serves. */
static void fill_all(const struct tenant *tenant, json_t *metadata, const char *scope)
{
    const char *basic = auth_method_table[AUTH_CLIENT_SECRET_BASIC].name;
    bool has_basic = str_has_word(tenant->profile->auth_methods, basic);
    put_default(metadata, "token_endpoint_auth_method",
                json_string(has_basic ? basic : auth_method_table[AUTH_CLIENT_SECRET_POST].name));
    put_default(metadata, "grant_types", json_words("authorization_code"));
    if (json_object_get(metadata, "redirect_uris") != NULL) {
        put_default(metadata, "response_types", json_words("code"));
    }
    put_default(metadata, "scope", json_string(scope));
    put_default(metadata, "id_token_signed_response_alg", json_string("RS256"));
}

bool registration_metadata_has_secret(const json_t *metadata)
{
    const char *method = json_string_value(json_object_get(metadata, "token_endpoint_auth_method"));
    return auth_method_table[auth_method_find(method)].proof == PROOF_SECRET;
}

/* What holds between the members. The secret, which is not made yet, has a stand-in. */
static struct verdict check(struct arena *arena, const json_t *scopes, json_t *metadata)
{
    const char *problem = NULL;
    const struct client_check check = {.arena = arena, .scopes = scopes, .problem = &problem};
    if (registration_metadata_has_secret(metadata)) {
        json_object_set_new(metadata, "client_secret", json_string("stand-in"));
    }
    int outcome = client_check(&check, metadata, &document);
    json_object_del(metadata, "client_secret");
    return outcome == 0 ? ALLOWED : refuse(arena, problem);
}

struct verdict registration_metadata_read(struct tenant *tenant, struct arena *arena,
                                          const json_t *sent, json_t **metadata)
{
    const char *problem = NULL;
    const char *scope;
    json_auto_t *scopes = json_object();
    json_auto_t *mine = known(sent);
    if (shape_check(arena, &registration_shape, &document, mine, &problem) != 0) {
        return refuse(arena, problem);
    }
    TRY(refuse_references(arena, sent));
    TRY(check_served(tenant, arena, mine));
    TRY(read_scopes(tenant, arena, scopes));
    TRY(scope_usual(tenant, arena, &scope));
    fill_all(tenant, mine, scope);
    TRY(check(arena, scopes, mine));
    *metadata = json_incref(mine);
    return ALLOWED;
}
