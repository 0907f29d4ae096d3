#include "keys/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COORDINATE_SIZE 32 /* bytes, of P-256 and of Ed25519 */
#define MODULUS_MAX 2048   /* bytes: RSA of 16384 bits */

/* ---- from a key ---- */

/* A number of the key as RFC 7518 has it: big-endian; `width` 0: without leading zeros. */
static json_t *number(const EVP_PKEY *pkey, const char *name, size_t width)
{
    BIGNUM *value = NULL;
    if (EVP_PKEY_get_bn_param(pkey, name, &value) != 1) {
        return NULL;
    }
    size_t size = width != 0 ? width : (size_t)BN_num_bytes(value);
    uint8_t *bytes = malloc(size + 1);
    char *text = malloc(B64URL_SIZE(size));
    json_t *result = NULL;
    if (bytes && text && BN_bn2binpad(value, bytes, (int)size) >= 0) {
        b64url_encode(text, bytes, size);
        result = json_string(text);
    }
    free(bytes);
    free(text);
    BN_free(value);
    return result;
}

static json_t *ed25519_point(const EVP_PKEY *pkey)
{
    uint8_t bytes[COORDINATE_SIZE];
    char text[B64URL_SIZE(COORDINATE_SIZE)];
    size_t size = sizeof(bytes);
    if (EVP_PKEY_get_raw_public_key(pkey, bytes, &size) != 1) {
        return NULL;
    }
    b64url_encode(text, bytes, size);
    return json_string(text);
}

json_t *jwk_members(enum alg alg, const EVP_PKEY *pkey)
{
    const struct alg_row *row = &alg_table[alg];
    if (alg == ALG_RS256) {
        return json_pack("{s:o, s:s, s:o}", "e", number(pkey, OSSL_PKEY_PARAM_RSA_E, 0), "kty",
                         row->kty, "n", number(pkey, OSSL_PKEY_PARAM_RSA_N, 0));
    }
    if (alg == ALG_EDDSA) {
        return json_pack("{s:s, s:s, s:o}", "crv", row->crv, "kty", row->kty, "x",
                         ed25519_point(pkey));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "crv", row->crv, "kty", row->kty, "x",
                     number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE_SIZE), "y",
                     number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE_SIZE));
}

/* RFC 7638 3: the required members in lexicographic order, no white space; jansson keeps the order
 * they were packed in. */
int jwk_thumbprint(const json_t *members, char kid[B64URL_SIZE(DIGEST_SIZE)])
{
    uint8_t digest[DIGEST_SIZE];
    char *text = json_dumps(members, JSON_COMPACT);
    if (!text) {
        return -1;
    }
    digest_sha256(digest, text, strlen(text));
    b64url_encode(kid, digest, sizeof(digest));
    free(text);
    return 0;
}

/* ---- from a JWK ---- */

/* The bytes of a base64url member; their number, 0 when it is none or has more than `room`. */
static size_t bytes_of(const json_t *jwk, const char *member, uint8_t *out, size_t room)
{
    const char *text = json_string_value(json_object_get(jwk, member));
    size_t size = 0;
    if (!text || strlen(text) > B64URL_LENGTH(room) ||
        b64url_decode(out, &size, text, strlen(text)) != 0) {
        return 0;
    }
    return size;
}

/* Takes `build`'s parameters for a public key of that kind. */
static EVP_PKEY *from_params(const char *kind, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    if (!ctx || !params || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        pkey = NULL;
    }
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static EVP_PKEY *rsa_pkey(const json_t *jwk)
{
    uint8_t bytes[MODULUS_MAX + 1];
    size_t n_size = bytes_of(jwk, "n", bytes, MODULUS_MAX);
    BIGNUM *n = n_size > 0 ? BN_bin2bn(bytes, (int)n_size, NULL) : NULL;
    size_t e_size = bytes_of(jwk, "e", bytes, MODULUS_MAX);
    BIGNUM *e = e_size > 0 ? BN_bin2bn(bytes, (int)e_size, NULL) : NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;
    if (n && e && build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        pkey = from_params("RSA", build);
    }
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return pkey;
}

/* SEC 1 2.3.3: 04, x, y. */
static EVP_PKEY *p256_pkey(const json_t *jwk)
{
    uint8_t point[1 + 2 * COORDINATE_SIZE + 1] = {4};
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;
    if (build && bytes_of(jwk, "x", point + 1, COORDINATE_SIZE) == COORDINATE_SIZE &&
        bytes_of(jwk, "y", point + 1 + COORDINATE_SIZE, COORDINATE_SIZE) == COORDINATE_SIZE &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                        alg_table[ALG_ES256].group, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                         1 + 2 * COORDINATE_SIZE) == 1) {
        pkey = from_params("EC", build);
    }
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static EVP_PKEY *ed25519_pkey(const json_t *jwk)
{
    uint8_t point[COORDINATE_SIZE + 1];
    if (bytes_of(jwk, "x", point, COORDINATE_SIZE) != COORDINATE_SIZE) {
        return NULL;
    }
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, point, COORDINATE_SIZE);
}

static bool has(const json_t *jwk, const char *member, const char *value)
{
    const char *text = json_string_value(json_object_get(jwk, member));
    return text && strcmp(text, value) == 0;
}

EVP_PKEY *jwk_pkey(enum alg alg, const json_t *jwk)
{
    const struct alg_row *row = &alg_table[alg];
    if (!has(jwk, "kty", row->kty) || (row->crv && !has(jwk, "crv", row->crv))) {
        return NULL;
    }
    digest_evp(); /* sets OpenSSL up */
    EVP_PKEY *pkey = alg == ALG_RS256   ? rsa_pkey(jwk)
                     : alg == ALG_ES256 ? p256_pkey(jwk)
                                        : ed25519_pkey(jwk);
    ERR_clear_error();
    return pkey;
}
