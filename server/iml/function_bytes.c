/* Functions of bytes: encodings and digests. */
#include <string.h>

#include "keys/b64url.h"
#include "keys/base64.h"
#include "keys/hash.h"
#include "server/iml/bytes.h"
#include "server/iml/function.h"
#include "server/iml/write.h"

enum encoding { ENCODING_TEXT, ENCODING_HEX, ENCODING_BASE64, ENCODING_LATIN1 };

/* A value's bytes: a buffer's own, or those of it as a text. */
static int take_bytes(struct iml_call *call, size_t position, struct iml_value *bytes)
{
    *bytes = argument_value(call, position);
    return bytes->type == IML_BUFFER ? 0 : argument_text(call, position, bytes);
}

/* What a text of that encoding holds. */
static int decode(struct iml_call *call, size_t position, enum encoding encoding,
                  struct iml_value *bytes)
{
    size_t size = 0;
    if (take_bytes(call, position, bytes) != 0 || bytes->type == IML_BUFFER ||
        encoding == ENCODING_TEXT) {
        return bytes->type == IML_BUFFER || encoding == ENCODING_TEXT ? 0 : 1;
    }
    char *out = iml_make(call->iml, bytes->size, 1);
    if (out == NULL) {
        return 1;
    }
    int outcome = encoding == ENCODING_HEX
                      ? bytes_from_hex(out, &size, bytes->bytes, bytes->size)
                      : bytes_from_base64(out, &size, bytes->bytes, bytes->size);
    if (outcome != 0) {
        return argument_refuse(call, position, encoding == ENCODING_HEX ? "hexadecimal" : "base64");
    }
    out[size] = '\0';
    *bytes = iml_text_n(out, size);
    return 0;
}

static int give_base64(struct iml_call *call, const void *bytes, size_t size,
                       struct iml_value *result)
{
    char *out = iml_make(call->iml, BASE64_SIZE(size), 1);
    if (out == NULL) {
        return 1;
    }
    base64_encode(out, bytes, size);
    *result = iml_text(out);
    return 0;
}

static int run_base64(struct iml_call *call, struct iml_value *result)
{
    struct iml_value bytes = {0};
    return take_bytes(call, 0, &bytes) != 0 ? 1
                                            : give_base64(call, bytes.bytes, bytes.size, result);
}

/* Make's own example of PKCE writes base64url(sha256(verifier, "base64")), which a server can only
 * verify if the digest's base64 is translated and not encoded again. So what is the base64 of a
 * digest or a key, by its length, is translated; all else is encoded. */
static bool is_digest_in_base64(struct iml_call *call, const struct iml_value *text,
                                struct iml_value *bytes)
{
    static const struct {
        size_t characters, bytes;
    } lengths[] = {{24, 16}, {28, 20}, {44, 32}, {88, 64}};
    for (size_t i = 0; text->type == IML_TEXT && i < COUNT(lengths); i++) {
        if (text->size != lengths[i].characters) {
            continue;
        }
        size_t size = 0;
        char *out = arena_alloc(call->iml->arena, text->size);
        *bytes = iml_text_n(out, lengths[i].bytes);
        return base64_decode(out, &size, text->bytes, text->size) == 0 && size == lengths[i].bytes;
    }
    return false;
}

static int run_base64url(struct iml_call *call, struct iml_value *result)
{
    struct iml_value bytes = {0}, digest = {0};
    if (take_bytes(call, 0, &bytes) != 0) {
        return 1;
    }
    if (is_digest_in_base64(call, &bytes, &digest)) {
        bytes = digest;
    }
    char *out = iml_make(call->iml, B64URL_SIZE(bytes.size), 1);
    if (out == NULL) {
        return 1;
    }
    b64url_encode(out, bytes.bytes, bytes.size);
    *result = iml_text(out);
    return 0;
}

static int run_to_binary(struct iml_call *call, struct iml_value *result)
{
    static const char *const words[] = {"utf8", "hex", "base64", NULL};
    static const enum encoding encodings[] = {ENCODING_TEXT, ENCODING_HEX, ENCODING_BASE64};
    struct iml_value bytes = {0};
    size_t word = 0;
    if (argument_word(call, 1, words, &word) != 0 ||
        decode(call, 0, encodings[word], &bytes) != 0) {
        return 1;
    }
    *result = iml_buffer(bytes.bytes, bytes.size);
    return 0;
}

static int give_digest(struct iml_call *call, const uint8_t *bytes, size_t size,
                       struct iml_value *result)
{
    static const char *const words[] = {"hex", "base64", "latin1", NULL};
    static const enum encoding encodings[] = {ENCODING_HEX, ENCODING_BASE64, ENCODING_LATIN1};
    char hex[2 * HASH_SIZE_MAX + 1];
    struct str_buf out;
    size_t word = 0;
    if (argument_word(call, 1, words, &word) != 0) {
        return 1;
    }
    if (encodings[word] == ENCODING_BASE64) {
        return give_base64(call, bytes, size, result);
    }
    str_buf_init(&out, call->iml->arena);
    if (encodings[word] == ENCODING_LATIN1) {
        bytes_put_latin1(&out, (const char *)bytes, size);
    } else {
        bytes_to_hex(hex, bytes, size);
        str_buf_put(&out, hex);
    }
    return argument_give_text(call, &out, result);
}

/* A key makes it an HMAC. */
static int run_hash(struct iml_call *call, enum hash hash, struct iml_value *result)
{
    static const char *const words[] = {"text", "hex", "base64", "binary", NULL};
    static const enum encoding encodings[] = {ENCODING_TEXT, ENCODING_HEX, ENCODING_BASE64,
                                              ENCODING_TEXT};
    struct iml_value bytes = {0}, key = {0};
    uint8_t out[HASH_SIZE_MAX];
    size_t word = 0;
    if (take_bytes(call, 0, &bytes) != 0 || argument_word(call, 3, words, &word) != 0) {
        return 1;
    }
    if (!argument_is_there(call, 2)) {
        return give_digest(call, out, hash_bytes(hash, out, bytes.bytes, bytes.size), result);
    }
    if (decode(call, 2, encodings[word], &key) != 0) {
        return 1;
    }
    const struct hash_key with = {.bytes = key.bytes, .size = key.size};
    return give_digest(call, out, hash_mac(hash, &with, out, bytes.bytes, bytes.size), result);
}

static int run_md5(struct iml_call *call, struct iml_value *result)
{
    return run_hash(call, HASH_MD5, result);
}

static int run_sha1(struct iml_call *call, struct iml_value *result)
{
    return run_hash(call, HASH_SHA1, result);
}

static int run_sha256(struct iml_call *call, struct iml_value *result)
{
    return run_hash(call, HASH_SHA256, result);
}

static int run_sha512(struct iml_call *call, struct iml_value *result)
{
    return run_hash(call, HASH_SHA512, result);
}

#define HASH_MEANING(name) "the " name " of a text in hex, base64 or latin1; with a key, its HMAC"

const struct iml_function function_bytes[] = {
    {.name = "base64", .takes = "value", .meaning = "the bytes in base64", .run = run_base64},
    {.name = "base64url",
     .takes = "value",
     .meaning = "the bytes in base64url without padding; the base64 of a digest is translated",
     .run = run_base64url},
    {.name = "md5",
     .takes = "text, encoding?, key?, keyEncoding?",
     .meaning = HASH_MEANING("MD5"),
     .run = run_md5},
    {.name = "sha1",
     .takes = "text, encoding?, key?, keyEncoding?",
     .meaning = HASH_MEANING("SHA-1"),
     .run = run_sha1},
    {.name = "sha256",
     .takes = "text, encoding?, key?, keyEncoding?",
     .meaning = HASH_MEANING("SHA-256"),
     .run = run_sha256},
    {.name = "sha512",
     .takes = "text, encoding?, key?, keyEncoding?",
     .meaning = HASH_MEANING("SHA-512"),
     .run = run_sha512},
    {.name = "toBinary",
     .takes = "value, encoding?",
     .meaning = "the bytes of a text of utf8, hex or base64",
     .run = run_to_binary},
    {.name = NULL},
};
