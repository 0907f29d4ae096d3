#include "keys/ecdsa.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "keys/digest.h"

#define HALF (ECDSA_SIZE / 2) /* of a coordinate, and of a number modulo the order: 256 bits */

/* OpenSSL 3.0 only draws nonces at random. GnuTLS makes them of key and message (RFC 6979) when
 * asked to, and so the key is handed to it: x, y and d. */
struct ecdsa {
    gnutls_privkey_t key;
};

static bool part_of(const EVP_PKEY *pkey, const char *name, uint8_t part[HALF])
{
    BIGNUM *number = NULL;
    bool ok =
        EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && BN_bn2binpad(number, part, HALF) == HALF;
    BN_clear_free(number);
    return ok;
}

static bool hand_over(const EVP_PKEY *pkey, gnutls_privkey_t key)
{
    uint8_t parts[3][HALF];
    const gnutls_datum_t x = {parts[0], HALF}, y = {parts[1], HALF}, d = {parts[2], HALF};
    bool ok = part_of(pkey, OSSL_PKEY_PARAM_EC_PUB_X, parts[0]) &&
              part_of(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, parts[1]) &&
              part_of(pkey, OSSL_PKEY_PARAM_PRIV_KEY, parts[2]) &&
              gnutls_privkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y, &d) ==
                  GNUTLS_E_SUCCESS;
    OPENSSL_cleanse(parts, sizeof(parts));
    return ok;
}

struct ecdsa *ecdsa_new(const EVP_PKEY *pkey)
{
    struct ecdsa *ecdsa = calloc(1, sizeof(*ecdsa));
    if (ecdsa && gnutls_privkey_init(&ecdsa->key) == GNUTLS_E_SUCCESS &&
        hand_over(pkey, ecdsa->key)) {
        return ecdsa;
    }
    ecdsa_free(ecdsa);
    return NULL;
}

void ecdsa_free(struct ecdsa *ecdsa)
{
    if (ecdsa) {
        gnutls_privkey_deinit(ecdsa->key);
    }
    free(ecdsa);
}

/* A number of a DER signature as 32 bytes: there it may have a zero more, or some less. */
static void pad(const gnutls_datum_t *number, uint8_t half[HALF])
{
    size_t extra = number->size > HALF ? number->size - HALF : 0;
    size_t size = number->size - extra;
    memset(half, 0, HALF);
    memcpy(half + HALF - size, number->data + extra, size);
}

int ecdsa_sign(const struct ecdsa *ecdsa, const void *bytes, size_t size,
               uint8_t signature[ECDSA_SIZE])
{
    uint8_t digest[DIGEST_SIZE];
    const gnutls_datum_t hash = {digest, DIGEST_SIZE};
    gnutls_datum_t der = {NULL, 0}, r = {NULL, 0}, s = {NULL, 0};
    digest_sha256(digest, bytes, size);
    bool ok = gnutls_privkey_sign_hash2(ecdsa->key, GNUTLS_SIGN_ECDSA_SHA256,
                                        GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE, &hash, &der) == 0 &&
              gnutls_decode_rs_value(&der, &r, &s) == 0;
    if (ok) {
        pad(&r, signature);
        pad(&s, signature + HALF);
    }
    gnutls_free(der.data);
    gnutls_free(r.data);
    gnutls_free(s.data);
    return ok ? 0 : -1;
}

/* r and s as the DER that OpenSSL verifies; its size, or 0. */
static size_t to_der(const uint8_t *signature, uint8_t *der, size_t room)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
    int size = 0;
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = NULL; /* the pair owns them now */
        s = NULL;
        size = i2d_ECDSA_SIG(pair, NULL);
        size = size > 0 && (size_t)size <= room ? i2d_ECDSA_SIG(pair, &der) : 0;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return size > 0 ? (size_t)size : 0;
}

int ecdsa_verify(EVP_PKEY *pkey, const void *bytes, size_t size, const uint8_t *signature,
                 size_t length)
{
    uint8_t der[ECDSA_SIZE + 16];
    size_t der_size = length == ECDSA_SIZE ? to_der(signature, der, sizeof(der)) : 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = der_size > 0 && ctx != NULL &&
                EVP_DigestVerifyInit(ctx, NULL, digest_evp(), NULL, pkey) == 1 &&
                EVP_DigestVerify(ctx, der, der_size, bytes, size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return good ? 0 : 1;
}
