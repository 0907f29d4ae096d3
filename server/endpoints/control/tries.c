/* POST /_makeshift/tries: begins a flow that ends at the issuer's own page. */
#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/named.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/face/face.h"
#include "server/endpoints/face/secrets.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/site.h"
#include "server/oauth/secret.h"

static const struct shape client_id = {
    .type = SHAPE_TEXT, .min = 1, .max = 1000, .expected = "a client_id"};
static const struct shape scope = {
    .type = SHAPE_TEXT, .min = 1, .max = 10000, .expected = "scopes, separated by spaces"};
static const struct shape_member members[] = {
    {"client_id", &client_id, true}, {"scope", &scope, false}, {NULL, NULL, false}};
const struct shape try_shape = {
    .type = SHAPE_RECORD, .expected = "an object with client_id", .members = members};

/* RFC 7636 4.2. */
static const char *challenge_of(struct arena *arena, const char *verifier)
{
    uint8_t digest[DIGEST_SIZE];
    char *challenge = arena_alloc(arena, B64URL_SIZE(DIGEST_SIZE));
    digest_sha256(digest, verifier, strlen(verifier));
    b64url_encode(challenge, digest, sizeof(digest));
    return challenge;
}

/* The flow comes back to a page of the door's at the issuer. */
static struct verdict check_page(const struct call *call)
{
    if (call->site->lock.origin == NULL) {
        return ALLOWED;
    }
    return REFUSED(CONFLICT, .check = "control",
                   .detail =
                       "a flow that is tried comes back to the issuer, and the control door is "
                       "at a port of its own: start the server with --control on",
                   .expected = "--control on", .actual = "--control with a port");
}

struct verdict tries_post(struct door *door)
{
    struct call *call = door->call;
    struct arena *arena = call->arena;
    struct client_row client = {0};
    const char *named = json_string_value(json_object_get(door->body, "client_id"));
    const char *scopes = json_string_value(json_object_get(door->body, "scope"));
    TRY(check_page(call));
    TRY(named_client(door, "/client_id", named, &client));
    if (!str_has_word(client.grant_types, "authorization_code")) {
        return door_refuse(door, "/client_id", "a client with the grant type authorization_code",
                           client.grant_types);
    }
    const char *ticket = secret_new(call->tenant, arena);
    const char *nonce = secret_new(call->tenant, arena);
    const char *verifier = secret_new(call->tenant, arena);
    const char *redirect_uri = face_try_uri(call);
    const struct form_field fields[] = {
        {"response_type", "code"},
        {"client_id", client.client_id},
        {"redirect_uri", redirect_uri},
        {"scope", scopes != NULL ? scopes : client.scope},
        {"state", ticket},
        {"nonce", nonce},
        {"code_challenge", challenge_of(arena, verifier)},
        {"code_challenge_method", "S256"},
    };
    const char *endpoint = route_url(arena, call->tenant->issuer, PATH_AUTHORIZE);
    const char *url =
        arena_printf(arena, "%s?%s", endpoint, form_encode(arena, fields, COUNT(fields)));
    const char *method = client.secret_hash == NULL ? "none" : client.token_endpoint_auth_method;
    json_auto_t *stated = secrets_stated(call);
    tries_put(call->realm->tries, ticket, client.client_id);
    return door_answer(door, 201,
                       json_pack("{s:s, s:s, s:s*, s:s, s:s, s:s, s:s, s:s}", "ticket", ticket,
                                 "client_id", client.client_id, "client_secret",
                                 secret_stated(stated, &client), "token_endpoint_auth_method",
                                 method, "redirect_uri", redirect_uri, "nonce", nonce,
                                 "code_verifier", verifier, "authorize_url", url));
}
