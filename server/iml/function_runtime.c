/* What the runtime has beside the documented functions. */
#include <jansson.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/hash.h"
#include "server/base/json.h"
#include "server/iml/function.h"
#include "server/iml/write.h"

#define PARSE_DEPTH_MAX 500

static int run_parse_json(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    json_error_t error;
    if (argument_text(call, 0, &text) != 0 || iml_spend(call->iml, text.size / 16) != 0 ||
        iml_make(call->iml, 4 * text.size, 1) == NULL) {
        return 1;
    }
    json_auto_t *json = json_loadb(text.bytes, text.size, JSON_DECODE_ANY | IML_JSON, &error);
    if (json == NULL || !json_is_within(json, PARSE_DEPTH_MAX)) {
        return argument_refuse(call, 0, "JSON");
    }
    *result = iml_read(call->iml->arena, json, IML_DATES_AS_TEXT);
    return 0;
}

static int run_create_json(struct iml_call *call, struct iml_value *result)
{
    const struct iml_value value = argument_value(call, 0);
    struct str_buf out;
    str_buf_init(&out, call->iml->arena);
    iml_write_json(&out, &value, IML_DATES_AS_TEXT);
    return argument_give_text(call, &out, result);
}

/* base64url of a value's JSON. */
static void put_part(struct str_buf *token, const struct iml_value *value)
{
    struct str_buf json;
    str_buf_init(&json, token->arena);
    iml_write_json(&json, value, IML_DATES_AS_TEXT);
    char *part = arena_alloc(token->arena, B64URL_SIZE(json.size));
    b64url_encode(part, str_buf_text(&json), json.size);
    str_buf_put(token, part);
}

/* RFC 7515 3, with HMAC alone (RFC 7518 3.2). The fourth argument's members go into the header. */
static int run_jwt(struct iml_call *call, struct iml_value *result)
{
    static const char *const words[] = {"HS256", "HS384", "HS512", NULL};
    static const enum hash hashes[] = {HASH_SHA256, HASH_SHA384, HASH_SHA512};
    struct iml_value payload = {0}, secret = {0}, more = {0};
    uint8_t mac[HASH_SIZE_MAX];
    char signature[B64URL_SIZE(HASH_SIZE_MAX)];
    struct str_buf token;
    size_t word = 0;
    if (argument_collection(call, 0, &payload) != 0 || argument_text(call, 1, &secret) != 0 ||
        argument_word(call, 2, words, &word) != 0 || argument_collection(call, 3, &more) != 0) {
        return 1;
    }
    struct iml_member *members = iml_make(call->iml, more.size + 2, sizeof(*members));
    if (members == NULL) {
        return 1;
    }
    members[0] = (struct iml_member){.name = "alg", .value = iml_text(words[word])};
    members[1] = (struct iml_member){.name = "typ", .value = iml_text("JWT")};
    for (size_t i = 0; i < more.size; i++) {
        members[i + 2] = more.members[i];
    }
    const struct iml_value header = iml_collection(members, more.size + 2);
    str_buf_init(&token, call->iml->arena);
    put_part(&token, &header);
    str_buf_put(&token, ".");
    put_part(&token, &payload);
    const struct hash_key key = {.bytes = secret.bytes, .size = secret.size};
    size_t size = hash_mac(hashes[word], &key, mac, str_buf_text(&token), token.size);
    b64url_encode(signature, mac, size);
    str_buf_printf(&token, ".%s", signature);
    return argument_give_text(call, &token, result);
}

static int run_error_factory(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    (void)result;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    return iml_refuse(call->iml, arena_printf(call->iml->arena, "errorFactory: %s", text.bytes));
}

static int run_unsupported(struct iml_call *call, struct iml_value *result)
{
    (void)result;
    return iml_refuse(call->iml,
                      arena_printf(call->iml->arena, "%s cannot run here", call->node->name));
}

const struct iml_function function_runtime[] = {
    {.name = "createJSON", .takes = "value", .meaning = "its JSON", .run = run_create_json},
    {.name = "cryptoSign",
     .takes = "value?...",
     .meaning = "not supported: it refuses",
     .run = run_unsupported},
    {.name = "errorFactory",
     .takes = "message",
     .meaning = "ends the evaluation with this message",
     .run = run_error_factory},
    {.name = "generateJwtWithKeyId",
     .takes = "value?...",
     .meaning = "not supported: it refuses",
     .run = run_unsupported},
    {.name = "jwt",
     .takes = "payload, secret, algorithm?, header?",
     .meaning = "a JWT with these claims, signed with HS256, HS384 or HS512",
     .run = run_jwt},
    {.name = "parseJSON", .takes = "text", .meaning = "the value of JSON", .run = run_parse_json},
    {.name = NULL},
};
