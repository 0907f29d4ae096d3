#include "server/oauth/auth_method.h"

#include "keys/jws.h"
#include "server/base/attr.h"
#include "server/base/str.h"

static bool has_body_secret(const struct credentials *credentials)
{
    return credentials->body_secret != NULL;
}

static bool has_header(const struct credentials *credentials)
{
    return credentials->has_header;
}

static bool has_assertion(const struct credentials *credentials)
{
    return credentials->assertion != NULL || credentials->assertion_type != NULL;
}

static bool has_nothing(const struct credentials *credentials)
{
    return !has_body_secret(credentials) && !has_header(credentials) && !has_assertion(credentials);
}

static const char *body_id(struct arena *arena, const struct credentials *credentials)
{
    (void)arena;
    return credentials->body_id;
}

static const char *basic_id(struct arena *arena, const struct credentials *credentials)
{
    (void)arena;
    return credentials->basic_id;
}

/* RFC 7523 3: the subject is the client; client_id need not be sent. */
static const char *assertion_id(struct arena *arena, const struct credentials *credentials)
{
    json_auto_t *claims = credentials->assertion != NULL ? jws_peek(credentials->assertion) : NULL;
    const char *sub = json_string_value(json_object_get(claims, "sub"));
    return sub != NULL ? arena_strdup(arena, sub) : credentials->body_id;
}

static struct verdict nothing(struct tenant *tenant, struct arena *arena,
                              const struct credentials *credentials,
                              const struct client_row *client)
{
    (void)tenant;
    (void)arena;
    (void)credentials;
    (void)client;
    return ALLOWED;
}

const struct auth_method_row auth_method_table[AUTH_METHOD__MAX] = {
    [AUTH_CLIENT_SECRET_POST] = {.name = "client_secret_post",
                                 .proof = PROOF_SECRET,
                                 .is_used = has_body_secret,
                                 .client_id = body_id,
                                 .prove = client_secret_prove},
    [AUTH_CLIENT_SECRET_BASIC] = {.name = "client_secret_basic",
                                  .proof = PROOF_SECRET,
                                  .is_used = has_header,
                                  .client_id = basic_id,
                                  .prove = client_secret_prove},
    [AUTH_PRIVATE_KEY_JWT] = {.name = "private_key_jwt",
                              .proof = PROOF_KEYS,
                              .is_used = has_assertion,
                              .client_id = assertion_id,
                              .prove = client_assertion_prove},
    [AUTH_NONE] = {.name = "none",
                   .proof = PROOF_NONE,
                   .is_used = has_nothing,
                   .client_id = body_id,
                   .prove = nothing},
};

enum auth_method auth_method_find(const char *name)
{
    int i = 0;
    while (i < AUTH_METHOD__MAX && !str_equal(auth_method_table[i].name, name)) {
        i++;
    }
    return (enum auth_method)i;
}

/* RFC 6749 2.3: one method a request. */
static struct verdict find_used(const struct credentials *credentials,
                                const struct auth_method_row **method)
{
    *method = NULL;
    for (int i = 0; i < AUTH_METHOD__MAX; i++) {
        if (!auth_method_table[i].is_used(credentials)) {
            continue;
        }
        if (*method != NULL) {
            return REFUSED(INVALID_REQUEST, .check = "client_authentication",
                           .detail = "the request authenticates twice: with more than one of an "
                                     "Authorization header, client_secret in the body and "
                                     "client_assertion",
                           .expected = "one method", .actual = "two", .clause = "RFC 6749 2.3");
        }
        *method = &auth_method_table[i];
    }
    if (credentials->header_problem != NULL) {
        return REFUSED(
            INVALID_CLIENT, .check = "client_authentication", .detail = credentials->header_problem,
            .expected = "Authorization: Basic base64(form(client_id):form(client_secret))",
            .actual = "another header", .clause = "RFC 6749 2.3.1");
    }
    return ALLOWED;
}

static struct verdict find_id(struct arena *arena, const struct credentials *credentials,
                              const struct auth_method_row *method, const char **id)
{
    *id = method->client_id(arena, credentials);
    if (*id == NULL) {
        return REFUSED(INVALID_CLIENT, .check = "client_id",
                       .detail = "client_id is missing: every client says who it is",
                       .expected = "client_id", .actual = "none", .clause = "RFC 6749 3.2.1");
    }
    if (credentials->body_id != NULL && !str_equal(credentials->body_id, *id)) {
        return REFUSED(INVALID_REQUEST, .check = "client_authentication",
                       .detail =
                           arena_printf(arena, "client_id in the body is not the one that %s names",
                                        method->name),
                       .expected = *id, .actual = credentials->body_id, .clause = "RFC 6749 3.2.1");
    }
    return ALLOWED;
}

/* RFC 6749 2.3.1: a client with a secret that states no method may send it either way, call by
 * call. */
static bool may_use(const struct client_row *client, const struct auth_method_row *method)
{
    const char *stated = client->token_endpoint_auth_method;
    return *stated == '\0' ? method->proof == PROOF_SECRET : str_equal(stated, method->name);
}

/* "client_secret_post or client_secret_basic": what the client may use in this profile. */
static const char *usable_methods(const struct tenant *tenant, struct arena *arena,
                                  const struct client_row *client)
{
    struct str_buf names;
    str_buf_init(&names, arena);
    for (int i = 0; i < AUTH_METHOD__MAX; i++) {
        const struct auth_method_row *method = &auth_method_table[i];
        if (may_use(client, method) && str_has_word(tenant->profile->auth_methods, method->name)) {
            str_buf_printf(&names, "%s%s", names.size > 0 ? " or " : "", method->name);
        }
    }
    return names.size > 0 ? str_buf_text(&names) : client->token_endpoint_auth_method;
}

/* How a client with a secret comes to use the other way to send it. */
static const char *method_mend(struct arena *arena, const struct client_row *client,
                               const struct auth_method_row *method)
{
    if (client->secret_hash == NULL || method->proof != PROOF_SECRET) {
        return "";
    }
    return client->registered_at != 0
               ? arena_printf(arena, ": register it with token_endpoint_auth_method %s",
                              method->name)
               : ": leave token_endpoint_auth_method out of the fixture, and profile 'standard' "
                 "takes the secret either way";
}

static struct verdict explain_method(struct tenant *tenant, struct arena *arena,
                                     const struct client_row *client,
                                     const struct auth_method_row *method)
{
    const char *usable = usable_methods(tenant, arena, client);
    const char *detail =
        arena_printf(arena, "client '%s' is registered for %s, but used %s%s", client->client_id,
                     usable, method->name, method_mend(arena, client, method));
    if (method->proof == PROOF_NONE) {
        detail = arena_printf(arena, "client '%s' must authenticate with %s; no secret was sent",
                              client->client_id, usable);
    }
    if (client_is_public(client)) {
        detail =
            arena_printf(arena, "client '%s' is public: it has no secret, so it must not send one",
                         client->client_id);
    }
    return REFUSED(INVALID_CLIENT, .check = "client_authentication", .detail = detail,
                   .expected = usable, .actual = method->name, .clause = "OIDC Core 9");
}

static struct verdict check_method(struct tenant *tenant, struct arena *arena,
                                   const struct client_row *client,
                                   const struct auth_method_row *method)
{
    if (!may_use(client, method)) {
        return explain_method(tenant, arena, client, method);
    }
    if (!str_has_word(tenant->profile->auth_methods, method->name)) {
        return REFUSED(
            INVALID_CLIENT, .check = "client_authentication",
            .detail = arena_printf(arena, "%s is not served%s%s", method->name,
                                   profile_mend_auth_method(arena, tenant->profile, method->name),
                                   method->proof == PROOF_SECRET
                                       ? ", or send client_id and client_secret in the form"
                                       : ""),
            .expected = tenant->profile->auth_methods, .actual = method->name,
            .clause = "OIDC Core 9");
    }
    return ALLOWED;
}

struct verdict client_authenticate(struct tenant *tenant, struct arena *arena,
                                   const struct credentials *credentials, struct client_row *client)
{
    const struct auth_method_row *method;
    const char *id;
    TRY(find_used(credentials, &method));
    TRY(find_id(arena, credentials, method, &id));
    TRY(client_find(tenant, arena, id, client));
    TRY(check_method(tenant, arena, client, method));
    return method->prove(tenant, arena, credentials, client);
}
