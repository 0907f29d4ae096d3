/* Tokens without a flow, and what a token says. */
#include "server/base/duration.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/named.h"
#include "server/endpoints/control/resources.h"
#include "server/oauth/client.h"
#include "server/oauth/grant.h"
#include "server/oauth/inspection.h"
#include "server/oauth/mint.h"
#include "server/oauth/scope.h"
#include "server/tenant/fault_shape.h"

#define YEARS_MS INT64_C(3153600000000) /* a hundred */

static const struct shape named = {.type = SHAPE_TEXT,
                                   .min = 1,
                                   .max = 2000,
                                   .expected = "a user's subject, e-mail address or "
                                               "preferred_username"};
static const struct shape nobody = {.type = SHAPE_NULL, .expected = "null"};
static const struct shape user = {.type = SHAPE_EITHER,
                                  .expected = "a user, or null for a token of the client's own",
                                  .either = (const struct shape *const[]){&named, &nobody, NULL}};
static const struct shape client_id = {
    .type = SHAPE_TEXT, .min = 1, .max = 2000, .expected = "the client_id of a client"};
static const struct shape scope = {
    .type = SHAPE_TEXT, .min = 1, .max = 10000, .expected = "scopes with spaces between"};
static const struct shape any = {.type = SHAPE_JSON, .expected = "JSON"};
static const struct shape claims = {.type = SHAPE_MAP,
                                    .max = 100,
                                    .expected = "an object of claims; null takes one out",
                                    .item = &any};
static const struct shape ttl = {.type = SHAPE_DURATION,
                                 .min = 1000,
                                 .max = YEARS_MS,
                                 .expected = DURATION_EXPECTED ", of whole seconds"};
static const struct shape kind = {.type = SHAPE_TEXT,
                                  .max = 20,
                                  .expected = "access, id, refresh or code",
                                  .words = mint_kind_names};
static const struct shape_member members[] = {
    {"kind", &kind, false},           {"user", &user, false},     {"client_id", &client_id, false},
    {"scope", &scope, false},         {"claims", &claims, false}, {"ttl", &ttl, false},
    {"bad", &bad_token_shape, false}, {NULL, NULL, false},
};
const struct shape mint_shape = {.type = SHAPE_RECORD, .expected = "an object", .members = members};

static const struct shape token = {
    .type = SHAPE_TEXT, .min = 1, .max = 1048576, .secret = true, .expected = "a token"};
static const struct shape_member inspect_members[] = {{"token", &token, true}, {NULL, NULL, false}};
const struct shape inspect_shape = {
    .type = SHAPE_RECORD, .expected = "an object with token", .members = inspect_members};

static const char *text_of(const struct door *door, const char *name)
{
    return json_string_value(json_object_get(door->body, name));
}

static enum mint_kind kind_of(const struct door *door)
{
    const char *word = text_of(door, "kind");
    enum mint_kind found = MINT_ACCESS;
    while (word != NULL && !str_equal(mint_kind_names[found], word)) {
        found++;
    }
    return found;
}

/* As nobody is asked: the first of the fixture, where none is named. */
static struct verdict read_client(const struct door *door, struct client_row *client)
{
    struct call *call = door->call;
    const char *first = text_of(door, "client_id");
    size_t count = 1;
    if (first == NULL &&
        clients_of_fixture(call->tenant->db, 1, call->arena, &first, &count) != 0) {
        return error_store_broken();
    }
    return count == 0 ? door_refuse(door, "/client_id", client_id.expected, NULL)
                      : named_client(door, "/client_id", first, client);
}

static struct verdict read_user(const struct door *door, struct user_row *row,
                                const struct user_row **found)
{
    const json_t *given = json_object_get(door->body, "user");
    const struct user_row *first;
    size_t count;
    *found = NULL;
    if (json_is_null(given)) {
        return ALLOWED;
    }
    *found = row;
    if (given != NULL) {
        return named_user(door, "/user", json_string_value(given), row);
    }
    if (users_first(door->call->tenant->db, 1, door->call->arena, &first, &count) != 0) {
        return error_store_broken();
    }
    *found = count > 0 ? first : NULL;
    return ALLOWED;
}

/* What the client is registered for, unless less is asked for. */
static struct verdict read_scope(const struct door *door, const struct client_row *client,
                                 struct mint_order *order)
{
    struct arena *arena = door->call->arena;
    const char *asked = arena_strdup(arena, text_of(door, "scope"));
    const char *usual = order->user != NULL ? client->scope
                                            : str_words_without(arena, client->scope,
                                                                "openid profile email "
                                                                "address phone "
                                                                "offline_access");
    order->scope = usual;
    if (asked != NULL) {
        const struct verdict verdict =
            scope_request(door->call->tenant, arena, client, asked, &order->scope);
        if (verdict.code == ERROR_INVALID_SCOPE) {
            return door_refuse(door, "/scope", "scopes that the client is registered for", asked);
        }
        TRY(verdict);
    }
    if (order->kind == MINT_ID) {
        order->scope = str_with_word(arena, order->scope, "openid");
    }
    return ALLOWED;
}

static struct verdict check_kind(const struct door *door, const struct mint_order *order)
{
    const struct client_row *client = order->client;
    bool refreshes = client_may_grant(client, grant_type_table[GRANT_REFRESH_TOKEN].name);
    bool redeems = client_may_grant(client, grant_type_table[GRANT_AUTHORIZATION_CODE].name);
    bool has_uri = client->redirect_uris != NULL && *client->redirect_uris != '\0';
    if (order->user == NULL && order->kind != MINT_ACCESS) {
        return door_refuse(door, "/kind", "access: the rest is a user's",
                           mint_kind_names[order->kind]);
    }
    if ((order->kind == MINT_REFRESH && !refreshes) ||
        (order->kind == MINT_CODE && (!redeems || !has_uri))) {
        return door_refuse(door, "/kind", "a kind that the client's registration lets it use",
                           mint_kind_names[order->kind]);
    }
    return ALLOWED;
}

/* What is said of a token's inside goes with the kinds that have one. */
static struct verdict read_inside(const struct door *door, struct mint_order *order)
{
    bool has_inside = order->kind == MINT_ACCESS || order->kind == MINT_ID;
    const char *name = text_of(door, "bad");
    order->claims = json_object_get(door->body, "claims");
    order->bad = name != NULL ? bad_token_find(name) : NULL;
    if (order->claims != NULL && !has_inside) {
        return door_refuse(door, "/claims", "kind access or id beside it", NULL);
    }
    if (name != NULL && !has_inside) {
        return door_refuse(door, "/bad", "kind access or id beside it", NULL);
    }
    return order->bad == NULL || order->kind == MINT_ID || !order->bad->of_id_token
               ? ALLOWED
               : door_refuse(door, "/bad", "a name that makes sense of an access token", name);
}

static struct verdict read_ttl(const struct door *door, struct mint_order *order)
{
    const json_t *given = json_object_get(door->body, "ttl");
    int64_t ms = 0;
    if (given != NULL && (duration_read(given, &ms) != 0 || ms % 1000 != 0)) {
        return door_refuse(door, "/ttl", ttl.expected, NULL);
    }
    order->ttl = ms / 1000;
    return ALLOWED;
}

static json_t *show(const struct mint_order *order, const struct minted *minted)
{
    const struct token_answer *answer = &minted->answer;
    json_t *body = json_object();
    json_put_text(body, "code", minted->code);
    json_put_text(body, "redirect_uri", minted->redirect_uri);
    json_put_text(body, "access_token", answer->access_token);
    json_put_text(body, "token_type", answer->access_token != NULL ? "Bearer" : NULL);
    json_object_set_new(body, "expires_in", json_integer(answer->expires_in));
    json_put_text(body, "refresh_token", answer->refresh_token);
    json_put_text(body, "id_token", answer->id_token);
    json_put_text(body, "scope", answer->scope);
    json_put_text(body, "client_id", order->client->client_id);
    json_put_text(body, "user", order->user != NULL ? order->user->sub : NULL);
    return body;
}

struct verdict tokens_post(struct door *door)
{
    struct client_row client = {0};
    struct user_row row = {0};
    struct minted minted = {0};
    struct mint_order order = {.kind = kind_of(door), .client = &client};
    TRY(read_client(door, &client));
    TRY(read_user(door, &row, &order.user));
    TRY(check_kind(door, &order));
    TRY(read_scope(door, &client, &order));
    TRY(read_inside(door, &order));
    TRY(read_ttl(door, &order));
    TRY(mint_issue(door->call->tenant, door->call->arena, &order, &minted));
    return door_answer(door, 201, show(&order, &minted));
}

struct verdict tokens_inspect(struct door *door)
{
    struct call *call = door->call;
    return door_answer(door, 200, inspection_of(call->tenant, call->arena, text_of(door, "token")));
}
