#include "server/endpoints/discovery.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/authorization.h"
#include "server/oauth/claims.h"
#include "server/oauth/grant.h"
#include "server/oauth/resource.h"
#include "server/oauth/scope.h"
#include "server/store/clients.h"
#include "server/store/users.h"

static const struct {
    const char *member;
    const char *path;
} endpoint_members[] = {
    {"authorization_endpoint", PATH_AUTHORIZE}, {"token_endpoint", PATH_TOKEN},
    {"userinfo_endpoint", PATH_USERINFO},       {"jwks_uri", PATH_JWKS},
    {"revocation_endpoint", PATH_REVOKE},       {"introspection_endpoint", PATH_INTROSPECT},
    {"end_session_endpoint", PATH_LOGOUT},
};

static void put_endpoints(struct tenant *tenant, struct arena *arena, json_t *metadata)
{
    for (size_t i = 0; i < COUNT(endpoint_members); i++) {
        const char *segment;
        const char *path = endpoint_members[i].path;
        if (profile_serves(tenant->profile, route_find(path, "", &segment)->needs)) {
            const char *url = route_url(arena, tenant->issuer, path);
            json_object_set_new(metadata, endpoint_members[i].member, json_string(url));
        }
    }
}

static json_t *scopes_supported(struct tenant *tenant, struct arena *arena)
{
    const struct scope_row *rows;
    size_t count;
    if (scopes_list(tenant->db, arena, &rows, &count) != 0) {
        return NULL;
    }
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(names, json_string(rows[i].name));
    }
    return names;
}

static json_t *response_types_supported(void)
{
    json_t *array = json_array();
    for (int i = 0; i < RESPONSE_TYPE__MAX; i++) {
        json_array_append_new(array, json_string(response_type_table[i].name));
    }
    return array;
}

static json_t *response_modes_supported(void)
{
    json_t *array = json_array();
    for (int i = 0; i < RESPONSE_MODE__MAX; i++) {
        json_array_append_new(array, json_string(response_mode_names[i]));
    }
    return array;
}

static json_t *grant_types_supported(const struct tenant *tenant)
{
    json_t *array = json_array();
    for (int i = 0; i < GRANT_TYPE__MAX; i++) {
        if (profile_serves(tenant->profile, grant_type_table[i].needs)) {
            json_array_append_new(array, json_string(grant_type_table[i].name));
        }
    }
    return array;
}

/* The methods that prove who asks: a client_id alone does not. */
static json_t *secret_methods(struct tenant *tenant)
{
    json_t *array = json_array();
    for (int i = 0; i < AUTH_METHOD__MAX; i++) {
        const struct auth_method_row *method = &auth_method_table[i];
        if (method->proof != PROOF_NONE &&
            str_has_word(tenant->profile->auth_methods, method->name)) {
            json_array_append_new(array, json_string(method->name));
        }
    }
    return array;
}

static json_t *listed(struct tenant *tenant, struct arena *arena, const char *what)
{
    const char *text = "[]";
    return directory_get(tenant->db, what, arena, &text) < 0 ? NULL : json_loads(text, 0, NULL);
}

/* sub, what the scopes open, what an ID token carries besides, and the fixture's own. */
static json_t *claims_supported(struct tenant *tenant, struct arena *arena)
{
    json_auto_t *own = listed(tenant, arena, "claims");
    json_t *array = json_words("sub iss aud azp exp iat auth_time nonce acr amr at_hash c_hash");
    for (size_t i = 0; i < claim_count; i++) {
        json_array_append_new(array, json_string(claim_table[i].name));
    }
    if (profile_serves(tenant->profile, SERVICE_LOGOUT)) {
        json_array_append_new(array, json_string("sid"));
    }
    json_array_extend(array, own);
    return array;
}

/* Whatever an assertion's algorithm may be called. */
static json_t *assertion_algs(const struct tenant *tenant)
{
    json_t *array = json_words(tenant->profile->algs);
    for (int i = 0; i < ALG__MAX; i++) {
        const struct alg_row *row = &alg_table[i];
        if (row->alias != NULL && str_has_word(tenant->profile->algs, row->name)) {
            json_array_append_new(array, json_string(row->alias));
        }
    }
    return array;
}

/* RFC 8414 2: where private_key_jwt is listed, the algorithms are. */
static void put_assertion_algs(const struct tenant *tenant, json_t *metadata)
{
    static const char *const members[] = {
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "introspection_endpoint_auth_signing_alg_values_supported"};
    const char *method = auth_method_table[AUTH_PRIVATE_KEY_JWT].name;
    for (size_t i = 0; i < COUNT(members); i++) {
        if (str_has_word(tenant->profile->auth_methods, method)) {
            json_object_set_new(metadata, members[i], assertion_algs(tenant));
        }
    }
}

/* OpenID Connect Discovery 4.2: a list without elements is left out. */
static void put_list(json_t *metadata, const char *member, json_t *list)
{
    if (json_array_size(list) > 0) {
        json_object_set(metadata, member, list);
    }
    json_decref(list);
}

/* Make's own document, member for member, with its host replaced. */
static json_t *as_make_prints_it(struct tenant *tenant, struct arena *arena)
{
    static const char hole[] = "{issuer}";
    struct str_buf text;
    str_buf_init(&text, arena);
    const char *at = embedded_fixtures_make_discovery_json;
    const char *next;
    while ((next = strstr(at, hole)) != NULL) {
        str_buf_put_n(&text, at, (size_t)(next - at));
        str_buf_put(&text, tenant->issuer);
        at = next + strlen(hole);
    }
    str_buf_put(&text, at);
    return json_loads(str_buf_text(&text), 0, NULL);
}

static json_t *derived(struct tenant *tenant, struct arena *arena)
{
    json_t *scopes = scopes_supported(tenant, arena);
    if (scopes == NULL) {
        return NULL;
    }
    json_t *metadata = json_object();
    json_object_set_new(metadata, "issuer", json_string(tenant->issuer));
    put_endpoints(tenant, arena, metadata);
    json_object_set_new(metadata, "scopes_supported", scopes);
    json_object_set_new(metadata, "response_types_supported", response_types_supported());
    json_object_set_new(metadata, "response_modes_supported", response_modes_supported());
    json_object_set_new(metadata, "grant_types_supported", grant_types_supported(tenant));
    json_object_set_new(metadata, "subject_types_supported", json_words("public"));
    json_object_set_new(metadata, "id_token_signing_alg_values_supported",
                        json_words(tenant->profile->algs));
    json_object_set_new(metadata, "token_endpoint_auth_methods_supported",
                        json_words(tenant->profile->auth_methods));
    json_object_set_new(metadata, "revocation_endpoint_auth_methods_supported",
                        json_words(tenant->profile->auth_methods));
    if (profile_serves(tenant->profile, SERVICE_INTROSPECTION)) {
        json_object_set_new(metadata, "introspection_endpoint_auth_methods_supported",
                            secret_methods(tenant));
    }
    put_assertion_algs(tenant, metadata);
    json_object_set_new(metadata, "code_challenge_methods_supported", json_words("S256"));
    put_list(metadata, "claims_supported", claims_supported(tenant, arena));
    put_list(metadata, "claims_locales_supported", listed(tenant, arena, "locales"));
    json_object_set_new(metadata, "claim_types_supported", json_words("normal"));
    json_object_set_new(metadata, "display_values_supported", json_words("page"));
    json_object_set_new(metadata, "ui_locales_supported", json_words("en"));
    json_object_set_new(metadata, "prompt_values_supported",
                        json_words("none login consent select_account"));
    json_object_set_new(metadata, "claims_parameter_supported", json_true());
    json_object_set_new(metadata, "request_parameter_supported", json_false());
    /* Its default is true (OpenID Connect Discovery 3), so it must be said. */
    json_object_set_new(metadata, "request_uri_parameter_supported", json_false());
    json_object_set_new(metadata, "authorization_response_iss_parameter_supported", json_true());
    return metadata;
}

json_t *discovery_make(struct tenant *tenant, struct arena *arena, enum issuer_id issuer)
{
    bool is_main = issuer == ISSUER_MAIN;
    json_t *metadata = is_main && tenant->profile->published_discovery
                           ? as_make_prints_it(tenant, arena)
                           : derived(tenant, arena);
    const char *scopes = "";
    if (metadata == NULL || is_main) {
        return metadata;
    }
    if (scope_usual(tenant, arena, &scopes).code != ERROR_NONE) {
        json_decref(metadata);
        return NULL;
    }
    /* RFC 9728 4: what has metadata of its own. */
    json_object_set_new(metadata, "protected_resources",
                        json_words(resource_url(tenant, arena, RESOURCE_MCP)));
    json_object_set_new(metadata, "issuer", json_string(issuer_name(tenant, arena, issuer)));
    json_object_set_new(metadata, "scopes_supported", json_words(scopes));
    json_auto_t *client_documents = listed(tenant, arena, "client_id_metadata_documents");
    if (json_array_size(client_documents) > 0) {
        json_object_set_new(metadata, "client_id_metadata_document_supported", json_true());
    }
    json_object_set_new(metadata, "registration_endpoint",
                        json_string(route_url(arena, tenant->issuer, PATH_REGISTER)));
    return metadata;
}
