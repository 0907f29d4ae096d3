/* OAuth 1's parameters in a request, as `oauth` of the connection and of the directive say. */
#include <string.h>
#include <strings.h>

#include "server/base/str.h"
#include "server/base/url.h"
#include "server/connection/collection.h"
#include "server/connection/oauth1.h"
#include "server/connection/turn.h"
#include "server/iml/bytes.h"

/* 24 hexadecimal digits: oauthlib's servers take 20 to 30 letters and digits. */
#define NONCE_BYTES 12
#define FIELDS_MAX 10
#define FORM "application/x-www-form-urlencoded"

/* One request's protocol parameters. */
struct signing {
    struct turn *turn;
    struct iml_value oauth; /* a collection, merged */
    struct oauth1_secrets secrets;
    struct form_field fields[FIELDS_MAX];
    size_t count;
};

int turn_oauth(struct turn *turn, struct iml_value *oauth)
{
    struct iml_value of_all = {0}, own = {0};
    struct turn root = *turn; /* so that a failure's pointer is that of the connection's member */
    root.place = "";
    if (turn_fill(&root, turn->engine->connection, "", "oauth", &of_all) != ENGINE_DONE ||
        turn_fill(turn, turn->directive, "", "oauth", &own) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    *oauth = of_all.type == IML_COLLECTION || own.type == IML_COLLECTION
                 ? collection_merged(turn->iml.arena, &of_all, &own)
                 : iml_undefined;
    known_learn(&turn->engine->known, turn->iml.arena, oauth, KNOWN_FROM_US);
    return ENGINE_DONE;
}

static int fail(const struct signing *signing, const char *name, const char *why)
{
    struct turn *turn = signing->turn;
    return turn_fail(turn, &(struct turn_fault){
                               .pointer = arena_printf(turn->iml.arena, "%s/oauth%s%s", turn->place,
                                                       *name == '\0' ? "" : "/", name),
                               .why = why,
                               .name = "InvalidConfigurationError"});
}

static const char *text_of(const struct signing *signing, const char *name)
{
    return collection_text(signing->turn->iml.arena, &signing->oauth, name);
}

static void put(struct signing *signing, const char *name, const char *value)
{
    if (*value != '\0') {
        signing->fields[signing->count++] = (struct form_field){.name = name, .value = value};
    }
}

static int read_secrets(struct signing *signing)
{
    const char *method = text_of(signing, "signature_method");
    signing->secrets = (struct oauth1_secrets){
        .method = *method == '\0' ? OAUTH1_HMAC_SHA1 : oauth1_method_find(method),
        .consumer_secret = text_of(signing, "consumer_secret"),
        .token_secret = text_of(signing, "token_secret"),
        .private_key = text_of(signing, "private_key")};
    if (signing->secrets.method == OAUTH1_METHOD__MAX) {
        return fail(signing, "signature_method",
                    arena_printf(signing->turn->iml.arena,
                                 "there is no signature method '%s'; expected HMAC-SHA1, RSA-SHA1 "
                                 "or PLAINTEXT",
                                 method));
    }
    bool has_key_alone =
        *signing->secrets.consumer_secret == '\0' && *signing->secrets.private_key != '\0';
    if (has_key_alone && signing->secrets.method != OAUTH1_RSA_SHA1) {
        return fail(signing, "signature_method",
                    "there is a private_key and no consumer_secret, and the method is not "
                    "RSA-SHA1; without signature_method it is HMAC-SHA1");
    }
    return *text_of(signing, "consumer_key") != '\0'
               ? ENGINE_DONE
               : fail(signing, "consumer_key", "there is no consumer_key to sign with");
}

/* RFC 5849 2.1: where the person comes back to, or "oob" where nobody listens; unless the
 * connection says it itself. */
static const char *callback_of(const struct turn *turn)
{
    const char *uri = turn->engine->redirect_uri;
    bool is_said = iml_member(&turn->outgoing.qs, "oauth_callback").type != IML_UNDEFINED ||
                   iml_member(&turn->outgoing.body, "oauth_callback").type != IML_UNDEFINED;
    return turn->step != STEP_REQUEST_TOKEN || is_said ? "" : *uri == '\0' ? "oob" : uri;
}

/* Whether the body is a form, whose fields are signed as well (RFC 5849 3.4.1.3.1). */
static bool has_form(const struct turn *turn)
{
    const struct outgoing *outgoing = &turn->outgoing;
    const char *content = outgoing->content;
    for (size_t i = 0; outgoing->headers.type == IML_COLLECTION && i < outgoing->headers.size;
         i++) {
        const struct iml_member *header = &outgoing->headers.members[i];
        if (strcasecmp(header->name, "content-type") == 0 && header->value.type == IML_TEXT) {
            content = header->value.bytes;
        }
    }
    return outgoing->bytes != NULL && content != NULL &&
           strncasecmp(content, FORM, sizeof(FORM) - 1) == 0;
}

/* The draft has no hash of a form's body, nor one beside PLAINTEXT, which signs nothing. */
static int put_body_hash(struct signing *signing)
{
    const struct outgoing *outgoing = &signing->turn->outgoing;
    const char *said = text_of(signing, "body_hash");
    const struct iml_value value = iml_member(&signing->oauth, "body_hash");
    bool is_computed = (value.type == IML_BOOLEAN && value.boolean) || str_equal(said, "true");
    if (*said == '\0' || str_equal(said, "false") || has_form(signing->turn)) {
        return ENGINE_DONE;
    }
    if (signing->secrets.method == OAUTH1_PLAINTEXT) {
        return fail(signing, "body_hash", "PLAINTEXT signs no body_hash");
    }
    put(signing, "oauth_body_hash",
        is_computed ? oauth1_body_hash(signing->turn->iml.arena,
                                       outgoing->bytes == NULL ? "" : outgoing->bytes,
                                       outgoing->bytes == NULL ? 0 : outgoing->size)
                    : said);
    return ENGINE_DONE;
}

static int put_fields(struct signing *signing)
{
    struct turn *turn = signing->turn;
    uint8_t bytes[NONCE_BYTES];
    char *nonce = arena_alloc(turn->iml.arena, 2 * NONCE_BYTES + 1);
    random_bytes(turn->iml.random, bytes, sizeof(bytes));
    bytes_to_hex(nonce, bytes, sizeof(bytes));
    put(signing, "oauth_consumer_key", text_of(signing, "consumer_key"));
    put(signing, "oauth_token", text_of(signing, "token"));
    put(signing, "oauth_signature_method", oauth1_method_names[signing->secrets.method]);
    put(signing, "oauth_timestamp",
        arena_printf(turn->iml.arena, "%lld", (long long)(turn->iml.now / 1000)));
    put(signing, "oauth_nonce", nonce);
    put(signing, "oauth_version", "1.0");
    put(signing, "oauth_callback", callback_of(turn));
    put(signing, "oauth_verifier", text_of(signing, "verifier"));
    return put_body_hash(signing);
}

static int put_signature(struct signing *signing)
{
    const struct turn *turn = signing->turn;
    const struct oauth1_request request = {.method = turn->outgoing.method,
                                           .url = turn->outgoing.url,
                                           .form = has_form(turn) ? turn->outgoing.bytes : NULL,
                                           .size = turn->outgoing.size};
    const char *problem = NULL;
    const char *text =
        oauth1_base_string(turn->iml.arena, &request, signing->fields, signing->count, &problem);
    const char *signature =
        text == NULL ? NULL : oauth1_signature(turn->iml.arena, &signing->secrets, text, &problem);
    if (signature == NULL) {
        return fail(signing, text == NULL ? "" : "private_key", problem);
    }
    put(signing, "oauth_signature", signature);
    return ENGINE_DONE;
}

/* The parameters beside those that a collection has. */
static void put_into(const struct signing *signing, struct iml_value *collection)
{
    for (size_t i = 0; i < signing->count; i++) {
        const struct iml_value value = iml_text(signing->fields[i].value);
        *collection =
            collection_with(signing->turn->iml.arena, collection, signing->fields[i].name, &value);
    }
}

/* RFC 5849 3.5.1, 3.5.3, 3.5.2. */
static int place(const struct signing *signing)
{
    struct outgoing *outgoing = &signing->turn->outgoing;
    struct arena *arena = signing->turn->iml.arena;
    const char *way = text_of(signing, "transport_method");
    const char *pairs = form_encode(arena, signing->fields, signing->count);
    if (*way == '\0' || str_equal(way, "header")) {
        const struct iml_value header =
            iml_text(oauth1_header(arena, signing->fields, signing->count));
        outgoing->headers = collection_with(arena, &outgoing->headers, "Authorization", &header);
        return ENGINE_DONE;
    }
    if (str_equal(way, "query")) {
        put_into(signing, &outgoing->qs);
        outgoing->url = url_with_query(arena, outgoing->url, pairs);
        return ENGINE_DONE;
    }
    if (!str_equal(way, "body")) {
        return fail(
            signing, "transport_method",
            arena_printf(arena, "there is no way '%s'; expected header, query or body", way));
    }
    bool is_form = str_equal(outgoing->type, "urlencoded") || has_form(signing->turn);
    if (!str_equal(outgoing->method, "POST") || !is_form) {
        return fail(signing, "transport_method",
                    "the parameters go into the body of a POST of type urlencoded alone");
    }
    if (outgoing->body.type != IML_TEXT) {
        put_into(signing, &outgoing->body);
    }
    outgoing->content = FORM;
    outgoing->bytes =
        outgoing->size == 0 ? pairs : arena_printf(arena, "%s&%s", outgoing->bytes, pairs);
    outgoing->size = strlen(outgoing->bytes);
    return ENGINE_DONE;
}

int turn_sign(struct turn *turn)
{
    struct signing signing = {.turn = turn};
    int outcome = turn_oauth(turn, &signing.oauth);
    turn->is_signed = outcome == ENGINE_DONE && signing.oauth.type != IML_UNDEFINED;
    if (!turn->is_signed) {
        return outcome;
    }
    outcome = read_secrets(&signing);
    outcome = outcome == ENGINE_DONE ? put_fields(&signing) : outcome;
    outcome = outcome == ENGINE_DONE ? put_signature(&signing) : outcome;
    return outcome == ENGINE_DONE ? place(&signing) : outcome;
}
