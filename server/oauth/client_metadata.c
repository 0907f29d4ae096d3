#include "server/oauth/client_metadata.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/oauth/client_secret.h"
#include "server/oauth/issuer.h"

/* Seconds; what a registration means that says nothing else. Make's: reference, "Lifetimes". */
#define CODE_TTL 300
#define TOKEN_TTL 300
#define REFRESH_TTL (180 * 86400)

static const char *text_or(const json_t *object, const char *member, const char *otherwise)
{
    const json_t *value = json_object_get(object, member);
    return value == NULL ? otherwise : json_string_value(value);
}

static int64_t number_or(const json_t *object, const char *member, int64_t otherwise)
{
    const json_t *value = json_object_get(object, member);
    return value == NULL ? otherwise : json_integer_value(value);
}

/* A member as JSON text; NULL: it is not there. */
static const char *text_of_member(struct arena *arena, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    return value == NULL ? NULL : json_text(arena, value, NULL);
}

/* The items of a list of texts, `separator` between two. */
static const char *joined(struct arena *arena, const json_t *list, const char *separator)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    for (size_t i = 0; i < json_array_size(list); i++) {
        str_buf_put(&buf, i == 0 ? "" : separator);
        str_buf_put(&buf, json_string_value(json_array_get(list, i)));
    }
    return str_buf_text(&buf);
}

static const char *joined_or(struct arena *arena, const json_t *client, const char *member,
                             const char *separator, const char *otherwise)
{
    const json_t *list = json_object_get(client, member);
    return list == NULL ? otherwise : joined(arena, list, separator);
}

struct client_row client_metadata_row(struct arena *arena, const json_t *client)
{
    const char *id = text_or(client, "client_id", NULL);
    const char *secret = text_or(client, "client_secret", NULL);
    const json_t *policy = json_object_get(client, "refresh_policy");
    enum issuer_id issuer = issuer_find(text_or(client, "issuer", issuer_table[ISSUER_MAIN].name));
    uint8_t *secret_hash = secret != NULL ? arena_alloc(arena, CLIENT_SECRET_HASH_SIZE) : NULL;
    if (secret != NULL) {
        client_secret_hash(secret_hash, id, secret);
    }
    return (struct client_row){
        .client_id = id,
        .client_name = text_or(client, "client_name", id),
        .secret_hash = secret_hash,
        .redirect_uris = joined(arena, json_object_get(client, "redirect_uris"), " "),
        .token_endpoint_auth_method =
            text_or(client, "token_endpoint_auth_method", secret == NULL ? "none" : ""),
        .grant_types = joined_or(arena, client, "grant_types", " ", "authorization_code"),
        /* Without a redirect URI there is nothing to ask of the authorization endpoint. */
        .response_types = joined_or(arena, client, "response_types", ",",
                                    json_object_get(client, "redirect_uris") != NULL ? "code" : ""),
        .scope = text_or(client, "scope", ""),
        .default_scope = text_or(client, "default_scope",
                                 issuer == ISSUER_MCP ? text_or(client, "scope", NULL) : NULL),
        .access_token_format = text_or(client, "access_token_format", "jwt"),
        .code_ttl = number_or(client, "code_ttl", CODE_TTL),
        .access_token_ttl = number_or(client, "access_token_ttl", TOKEN_TTL),
        .refresh_token_ttl = number_or(client, "refresh_token_ttl", REFRESH_TTL),
        .id_token_ttl = number_or(client, "id_token_ttl", TOKEN_TTL),
        .refresh_mode = text_or(policy, "mode", "strict"),
        .refresh_seconds = number_or(policy, "seconds", 0),
        .refresh_uses = number_or(policy, "uses", 0),
        .refresh_rotation = text_or(client, "refresh_rotation", "always"),
        .refresh_idle_ttl = number_or(client, "refresh_idle_ttl", 0),
        .nonce_on_refresh = json_is_true(json_object_get(client, "id_token_nonce_on_refresh")),
        .token_redirect_uri_optional =
            str_equal(text_or(client, "token_redirect_uri", "required"), "optional"),
        .id_token_signed_response_alg = text_or(client, "id_token_signed_response_alg", "RS256"),
        .issuer_path = issuer_table[issuer].path,
        .post_logout_redirect_uris =
            joined_or(arena, client, "post_logout_redirect_uris", " ", NULL),
        .jwks = text_of_member(arena, client, "jwks"),
        .claims = text_of_member(arena, client, "claims"),
        .login = text_or(client, "login", NULL),
        .audience = text_or(client, "audience", NULL),
        .access_token_typ = text_or(client, "access_token_typ", "at+jwt"),
        .id_token_claims = text_or(client, "id_token_claims", "asked"),
    };
}

/* An origin for each redirect URI of the web: pages of clients with a secret call the token
 * endpoint, too, and with them lose nothing that a test would miss. */
int client_origins_put(struct db *db, struct arena *arena, const struct client_row *row)
{
    const char *at = row->redirect_uris;
    size_t size = 0;
    for (const char *uri; (uri = str_next_word(&at, &size)) != NULL;) {
        struct url url = {0};
        url_parse(arena, arena_strndup(arena, uri, size), &url);
        if (url_is_web(&url) && origins_put(db, url_origin(arena, &url)) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

static void put_list(json_t *client, const char *member, const char *list)
{
    if (list != NULL && *list != '\0') {
        json_object_set_new(client, member, json_words(list));
    }
}

static void put_number(json_t *client, const char *member, int64_t number)
{
    if (number != 0) {
        json_object_set_new(client, member, json_integer(number));
    }
}

static void put_json(json_t *client, const char *member, const char *text)
{
    if (text != NULL) {
        json_object_set_new(client, member, json_loads(text, JSON_DECODE_ANY, NULL));
    }
}

static void put_response_types(json_t *client, const char *list)
{
    json_t *types = json_array();
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        json_array_append_new(types, json_stringn(list, size));
        list += size + (list[size] == ',');
    }
    if (json_array_size(types) > 0) {
        json_object_set(client, "response_types", types);
    }
    json_decref(types);
}

static json_t *refresh_policy_of(const struct client_row *row)
{
    json_t *policy = json_pack("{s:s}", "mode", row->refresh_mode);
    put_number(policy, "seconds", row->refresh_seconds);
    put_number(policy, "uses", row->refresh_uses);
    return policy;
}

/* How long, how often, and in what form. */
static void put_tokens(json_t *client, const struct client_row *row)
{
    json_put_text(client, "access_token_format", row->access_token_format);
    json_put_text(client, "access_token_typ", row->access_token_typ);
    json_put_text(client, "audience", row->audience);
    json_put_text(client, "id_token_claims", row->id_token_claims);
    json_put_text(client, "id_token_signed_response_alg", row->id_token_signed_response_alg);
    put_number(client, "code_ttl", row->code_ttl);
    put_number(client, "access_token_ttl", row->access_token_ttl);
    put_number(client, "id_token_ttl", row->id_token_ttl);
    put_number(client, "refresh_token_ttl", row->refresh_token_ttl);
    put_number(client, "refresh_idle_ttl", row->refresh_idle_ttl);
    json_object_set_new(client, "refresh_policy", refresh_policy_of(row));
    json_put_text(client, "refresh_rotation", row->refresh_rotation);
    json_object_set_new(client, "id_token_nonce_on_refresh", json_boolean(row->nonce_on_refresh));
    json_put_text(client, "token_redirect_uri",
                  row->token_redirect_uri_optional ? "optional" : "required");
}

json_t *client_metadata_of_row(const struct client_row *row)
{
    json_t *client = json_object();
    enum issuer_id issuer =
        str_equal(row->issuer_path, issuer_table[ISSUER_MCP].path) ? ISSUER_MCP : ISSUER_MAIN;
    /* The MCP issuer's clients ask for all they may where nothing else is said. */
    bool is_default_said = issuer != ISSUER_MCP || !str_equal(row->default_scope, row->scope);
    json_put_text(client, "client_id", row->client_id);
    json_put_text(client, "client_name", row->client_name);
    put_list(client, "redirect_uris", row->redirect_uris);
    put_list(client, "post_logout_redirect_uris", row->post_logout_redirect_uris);
    json_put_text(client, "token_endpoint_auth_method", row->token_endpoint_auth_method);
    put_json(client, "jwks", row->jwks);
    put_list(client, "grant_types", row->grant_types);
    put_response_types(client, row->response_types);
    json_put_text(client, "scope", row->scope);
    json_put_text(client, "default_scope", is_default_said ? row->default_scope : NULL);
    json_put_text(client, "issuer", issuer_table[issuer].name);
    json_put_text(client, "login", row->login);
    put_json(client, "claims", row->claims);
    put_tokens(client, row);
    return client;
}

int64_t client_longest_ttl(const struct client_row *row)
{
    return row->access_token_ttl > row->id_token_ttl ? row->access_token_ttl : row->id_token_ttl;
}
