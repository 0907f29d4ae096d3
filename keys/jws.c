#include "keys/jws.h"

#include <jwt.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keys/b64url.h"
#include "keys/digest.h"

#define SIGNATURE_MAX 1024 /* RSA of 8192 bits */

/* {"alg","typ","kid"}: RFC 7515 4.1. */
static char *header_text(const struct key *key, const char *typ)
{
    json_auto_t *header = json_pack("{s:s, s:s, s:s}", "alg", alg_table[key_alg(key)].name, "typ",
                                    typ, "kid", key_kid(key));
    return header ? json_dumps(header, JSON_COMPACT) : NULL;
}

/* Appends a dot and `length` bytes of signature to the `size` characters of the token so far. */
static void append(char *token, size_t size, const uint8_t *signature, size_t length)
{
    token[size] = '.';
    b64url_encode(token + size + 1, signature, length);
}

/* The signature of the token so far. 0; -1 when OpenSSL fails. */
static int append_signature(const struct key *key, enum jws_signed how, char *token, size_t size)
{
    uint8_t signature[SIGNATURE_MAX];
    unsigned length = (unsigned)key_signature_size(key);
    const char *pem = how == JWS_BY_PUBLIC_KEY ? key_public_pem(key) : NULL;
    if (length > sizeof(signature)) {
        return -1;
    }
    if (how == JWS_BY_KEY && key_sign(key, token, size, signature)) {
        return -1;
    }
    if (how == JWS_BY_PUBLIC_KEY &&
        (!pem || !HMAC(digest_evp(), pem, (int)strlen(pem), (const uint8_t *)token, size, signature,
                       &length))) {
        return -1;
    }
    append(token, size, signature, how == JWS_UNSIGNED ? 0 : length);
    return 0;
}

char *jws_sign_under(const struct key *key, enum jws_signed how, const char *header,
                     const char *claims, size_t size)
{
    size_t header_size = strlen(header);
    size_t head = B64URL_LENGTH(header_size);
    size_t signed_size = head + 1 + B64URL_LENGTH(size);
    char *token = malloc(signed_size + 1 + B64URL_SIZE(SIGNATURE_MAX));
    if (!token) {
        return NULL;
    }
    b64url_encode(token, header, header_size);
    token[head] = '.';
    b64url_encode(token + head + 1, claims, size);
    if (append_signature(key, how, token, signed_size) == 0) {
        return token;
    }
    free(token);
    return NULL;
}

char *jws_sign(const struct key *key, const char *typ, const char *claims, size_t size)
{
    char *header = header_text(key, typ);
    char *token = header ? jws_sign_under(key, JWS_BY_KEY, header, claims, size) : NULL;
    free(header);
    return token;
}

struct segment {
    const char *text;
    size_t length;
};

enum { HEADER, CLAIMS, SIGNATURE, SEGMENTS };

/* RFC 7515 7.1: exactly two dots. */
static int split(const char *token, struct segment segments[SEGMENTS])
{
    for (size_t i = 0; i < SEGMENTS; i++) {
        segments[i] = (struct segment){token, strcspn(token, ".")};
        token += segments[i].length;
        if (*token != (i + 1 < SEGMENTS ? '.' : '\0')) {
            return 1;
        }
        token += i + 1 < SEGMENTS;
    }
    return 0;
}

/* RFC 7515 4, 10.12: a member named twice is refused, as readers differ about which one counts. */
static json_t *object_of(const struct segment *segment)
{
    size_t size = 0;
    char *text = malloc(segment->length + 1);
    json_t *value = NULL;
    if (text && b64url_decode(text, &size, segment->text, segment->length) == 0) {
        value = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    }
    free(text);
    if (json_is_object(value)) {
        return value;
    }
    json_decref(value);
    return NULL;
}

static bool is_b64url(const struct segment *segment)
{
    size_t size = 0;
    void *bytes = malloc(segment->length + 1);
    bool decodes = bytes && b64url_decode(bytes, &size, segment->text, segment->length) == 0;
    free(bytes);
    return decodes;
}

/* libjwt reads the token once more from its text: nothing of what was parsed here is trusted. */
static int verify_by_libjwt(const struct key *key, const char *token)
{
    const char *pem = key_public_pem(key);
    jwt_t *jwt = NULL;
    if (!pem) {
        return -1;
    }
    int failed = jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem));
    /* What libjwt took for the algorithm must be the key's, too: it picks it from the header. */
    bool same = !failed && strcmp(jwt_alg_str(jwt_get_alg(jwt)), alg_table[key_alg(key)].name) == 0;
    jwt_free(jwt);
    return same ? JWS_OK : JWS_BAD_SIGNATURE;
}

static int verify_by_openssl(const struct key *key, const char *token)
{
    const char *dot = strrchr(token, '.');
    size_t length = strlen(dot + 1);
    size_t size = 0;
    uint8_t signature[SIGNATURE_MAX];
    if (length > B64URL_LENGTH(sizeof(signature)) ||
        b64url_decode(signature, &size, dot + 1, length)) {
        return JWS_BAD_SIGNATURE;
    }
    bool good = key_verify(key, token, (size_t)(dot - token), signature, size) == 0;
    return good ? JWS_OK : JWS_BAD_SIGNATURE;
}

/* libjwt 1.10 refuses every "typ" but JWT, RFC 9068's at+jwt among them, and knows no EdDSA. */
static int verify(const struct key *key, const char *token, const json_t *header)
{
    const char *typ = json_string_value(json_object_get(header, "typ"));
    bool is_readable = (!typ || strcasecmp(typ, "JWT") == 0) && key_alg(key) != ALG_EDDSA;
    return is_readable ? verify_by_libjwt(key, token) : verify_by_openssl(key, token);
}

/* A token taken apart. */
struct jws {
    const char *token;
    json_t *header;
    json_t *claims;
    enum alg alg;
    const char *kid; /* NULL: none */
};

static void jws_fini(struct jws *jws)
{
    json_decref(jws->header);
    json_decref(jws->claims);
}

/* RFC 7515 4.1.11: an extension marked critical that is not understood (none is) makes the token
 * invalid. */
static int take_apart(struct jws *jws)
{
    struct segment segments[SEGMENTS];
    if (split(jws->token, segments) || !is_b64url(&segments[SIGNATURE])) {
        return JWS_MALFORMED;
    }
    jws->header = object_of(&segments[HEADER]);
    jws->claims = object_of(&segments[CLAIMS]);
    const char *alg = json_string_value(json_object_get(jws->header, "alg"));
    if (!jws->header || !jws->claims || !alg || json_object_get(jws->header, "crit")) {
        return JWS_MALFORMED;
    }
    jws->alg = alg_find(alg);
    jws->kid = json_string_value(json_object_get(jws->header, "kid"));
    return jws->alg == ALG__MAX ? JWS_ALG : JWS_OK;
}

/* RFC 8725 3.1, 3.2: the algorithm is the key's, never the token's choice. */
static int check(const struct ring *ring, const struct jws *jws)
{
    const struct key *key = jws->kid ? ring_find(ring, jws->kid) : NULL;
    if (!key) {
        return JWS_UNKNOWN_KEY;
    }
    return jws->alg == key_alg(key) ? verify(key, jws->token, jws->header) : JWS_ALG;
}

static int settle(int outcome, const struct jws *jws, json_t **header, json_t **claims)
{
    *header = outcome == JWS_OK ? json_incref(jws->header) : NULL;
    *claims = outcome == JWS_OK ? json_incref(jws->claims) : NULL;
    return outcome;
}

int jws_read(const struct ring *ring, const char *token, json_t **header, json_t **claims)
{
    __attribute__((cleanup(jws_fini))) struct jws jws = {.token = token};
    int outcome = take_apart(&jws);
    return settle(outcome == JWS_OK ? check(ring, &jws) : outcome, &jws, header, claims);
}

/* RFC 7517 4.5: a kid names one of several; who gave none may mean any of the algorithm. */
static int check_by(const struct jws_key *keys, size_t count, const struct jws *jws)
{
    int outcome = JWS_UNKNOWN_KEY;
    for (size_t i = 0; i < count && outcome > JWS_OK; i++) {
        bool fits = !jws->kid || !keys[i].kid || strcmp(jws->kid, keys[i].kid) == 0;
        if (fits && key_alg(keys[i].key) == jws->alg) {
            outcome = verify(keys[i].key, jws->token, jws->header);
        }
    }
    return outcome;
}

int jws_read_by(const struct jws_key *keys, size_t count, const char *token, json_t **header,
                json_t **claims)
{
    __attribute__((cleanup(jws_fini))) struct jws jws = {.token = token};
    int outcome = take_apart(&jws);
    return settle(outcome == JWS_OK ? check_by(keys, count, &jws) : outcome, &jws, header, claims);
}

json_t *jws_peek(const char *token)
{
    struct segment segments[SEGMENTS];
    return split(token, segments) == 0 ? object_of(&segments[CLAIMS]) : NULL;
}

json_t *jws_peek_header(const char *token)
{
    struct segment segments[SEGMENTS];
    return split(token, segments) == 0 ? object_of(&segments[HEADER]) : NULL;
}
