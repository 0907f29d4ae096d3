#include "server/oauth/client.h"

#include <string.h>

#include "keys/digest.h"
#include "server/base/str.h"

#define NAMED_MAX 10 /* clients that a refusal names */

const struct auth_method_row auth_method_table[AUTH_METHOD__MAX] = {
    [AUTH_CLIENT_SECRET_POST] = {.name = "client_secret_post", .takes_secret = true},
    [AUTH_CLIENT_SECRET_BASIC] = {.name = "client_secret_basic", .takes_secret = true},
    [AUTH_NONE] = {.name = "none", .takes_secret = false},
};

bool client_is_public(const struct client_row *client)
{
    return str_equal(client->token_endpoint_auth_method, auth_method_table[AUTH_NONE].name);
}

bool client_may_grant(const struct client_row *client, const char *grant_type)
{
    return str_has_word(client->grant_types, grant_type);
}

bool client_may_respond(const struct client_row *client, const char *response_type)
{
    const char *at = client->response_types;
    size_t size = strlen(response_type);
    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        if (length == size && memcmp(at, response_type, size) == 0) {
            return true;
        }
        at += length + (at[length] == ',');
    }
    return false;
}

struct verdict client_method(const struct credentials *credentials, enum auth_method *method)
{
    if (credentials->has_header && credentials->body_secret != NULL) {
        return REFUSED(INVALID_REQUEST, .check = "client_authentication",
                       .detail =
                           "the request authenticates twice: with an Authorization header and "
                           "with client_secret in the body",
                       .expected = "one method", .actual = "two", .clause = "RFC 6749 2.3");
    }
    if (credentials->header_problem != NULL) {
        return REFUSED(
            INVALID_CLIENT, .check = "client_authentication", .detail = credentials->header_problem,
            .expected = "Authorization: Basic base64(form(client_id):form(client_secret))",
            .actual = "another header", .clause = "RFC 6749 2.3.1");
    }
    if (credentials->has_header && credentials->body_id != NULL &&
        !str_equal(credentials->body_id, credentials->basic_id)) {
        return REFUSED(INVALID_REQUEST, .check = "client_authentication",
                       .detail = "client_id in the body is not the one in the Authorization header",
                       .expected = credentials->basic_id, .actual = credentials->body_id,
                       .clause = "RFC 6749 3.2.1");
    }
    *method = credentials->has_header            ? AUTH_CLIENT_SECRET_BASIC
              : credentials->body_secret != NULL ? AUTH_CLIENT_SECRET_POST
                                                 : AUTH_NONE;
    return ALLOWED;
}

static struct verdict explain_method(struct arena *arena, const struct client_row *client,
                                     enum auth_method method)
{
    const char *registered = client->token_endpoint_auth_method;
    const char *used = auth_method_table[method].name;
    const char *detail = arena_printf(arena, "client '%s' is registered for %s, but used %s",
                                      client->client_id, registered, used);
    if (method == AUTH_NONE) {
        detail = arena_printf(arena, "client '%s' must authenticate with %s; no secret was sent",
                              client->client_id, registered);
    }
    if (client_is_public(client)) {
        detail =
            arena_printf(arena, "client '%s' is public: it has no secret, so it must not send one",
                         client->client_id);
    }
    return REFUSED(INVALID_CLIENT, .check = "client_authentication", .detail = detail,
                   .expected = registered, .actual = used, .clause = "OIDC Core 9");
}

static struct verdict check_method(struct tenant *tenant, struct arena *arena,
                                   const struct client_row *client, enum auth_method method)
{
    const char *name = auth_method_table[method].name;
    if (!str_equal(client->token_endpoint_auth_method, name)) {
        return explain_method(arena, client, method);
    }
    if (!str_has_word(tenant->profile->auth_methods, name)) {
        return REFUSED(INVALID_CLIENT, .check = "client_authentication",
                       .detail = arena_printf(arena, "profile '%s' does not serve %s",
                                              tenant->profile->name, name),
                       .expected = tenant->profile->auth_methods, .actual = name,
                       .clause = "OIDC Core 9");
    }
    return ALLOWED;
}

/* RFC 6749 2.3.1: an endpoint that takes passwords may be guarded against guessing; here only on request. */
static struct verdict check_guesses(struct tenant *tenant, struct arena *arena,
                                    const struct client_row *client)
{
    int64_t count;
    if (tenant->guesses == 0) {
        return ALLOWED;
    }
    if (guesses_get(tenant->db, tenant->id, client->id, tenant_now(tenant), &count) != 0) {
        return error_store_broken();
    }
    if (count < tenant->guesses) {
        return ALLOWED;
    }
    return REFUSED(TOO_MANY_GUESSES, .check = "client_secret",
                   .detail = arena_printf(arena,
                                          "client '%s' has sent %lld wrong secrets within a minute "
                                          "(--guesses): it is refused until that is over",
                                          client->client_id, (long long)count),
                   .expected = arena_printf(arena, "fewer than %lld", (long long)tenant->guesses),
                   .actual = arena_printf(arena, "%lld", (long long)count),
                   .clause = "RFC 6749 2.3.1");
}

static struct verdict count_guess(struct tenant *tenant, const struct client_row *client,
                                  struct verdict verdict)
{
    bool wrong = verdict.code == ERROR_INVALID_CLIENT && tenant->guesses != 0;
    if (wrong && guesses_add(tenant->db, tenant->id, client->id, tenant_now(tenant)) != 0) {
        return error_store_broken();
    }
    return verdict;
}

static struct verdict check_secret(struct arena *arena, const struct client_row *client,
                                   const char *secret)
{
    uint8_t digest[DIGEST_SIZE];
    const char *const texts[] = {"client_secret", client->client_id, secret};
    digest_texts(digest, texts, COUNT(texts));
    if (client->secret_hash != NULL && digest_equal(digest, client->secret_hash, DIGEST_SIZE)) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_CLIENT, .check = "client_secret",
        .detail = arena_printf(arena, "client_secret is wrong for client '%s'", client->client_id),
        .expected = "the registered secret", .actual = "another one", .clause = "RFC 6749 2.3.1");
}

/* "demo-web, demo-spa": enough to see a slip of the pen. */
static const char *registered_ids(struct tenant *tenant, struct arena *arena)
{
    const struct client_row *rows;
    size_t count;
    if (clients_list(tenant->db, tenant->id, arena, &rows, &count) != 0) {
        return "unknown";
    }
    struct str_buf ids;
    str_buf_init(&ids, arena);
    for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
        str_buf_printf(&ids, "%s%s", i > 0 ? ", " : "", rows[i].client_id);
    }
    str_buf_put(&ids, count > NAMED_MAX ? ", ..." : "");
    return str_buf_text(&ids);
}

struct verdict client_find(struct tenant *tenant, struct arena *arena, const char *client_id,
                           struct client_row *client)
{
    int found = clients_get(tenant->db, tenant->id, client_id, arena, client);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        return ALLOWED;
    }
    const char *registered = registered_ids(tenant, arena);
    return REFUSED(INVALID_CLIENT, .check = "client_id",
                   .detail =
                       arena_printf(arena, "client '%s' is not registered; registered are: %s",
                                    client_id, registered),
                   .expected = registered, .actual = client_id, .clause = "RFC 6749 2.2");
}

struct verdict client_authenticate(struct tenant *tenant, struct arena *arena,
                                   const struct credentials *credentials, struct client_row *client)
{
    enum auth_method method;
    TRY(client_method(credentials, &method));
    bool basic = method == AUTH_CLIENT_SECRET_BASIC;
    const char *id = basic ? credentials->basic_id : credentials->body_id;
    if (id == NULL) {
        return REFUSED(INVALID_CLIENT, .check = "client_id",
                       .detail = "client_id is missing: every client says who it is",
                       .expected = "client_id", .actual = "none", .clause = "RFC 6749 3.2.1");
    }
    TRY(client_find(tenant, arena, id, client));
    TRY(check_method(tenant, arena, client, method));
    if (!auth_method_table[method].takes_secret) {
        return ALLOWED;
    }
    TRY(check_guesses(tenant, arena, client));
    return count_guess(
        tenant, client,
        check_secret(arena, client, basic ? credentials->basic_secret : credentials->body_secret));
}
