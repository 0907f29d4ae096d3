#include "keys/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "keys/digest.h"

#define HALF (ECDSA_SIZE / 2) /* of a number modulo the order, and of SHA-256: both have 256 bits */

/* Made once: OpenSSL takes a while to look a curve up. */
static EC_GROUP *group;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_group(void)
{
    digest_evp(); /* sets OpenSSL up */
    group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
}

/* RFC 6979 3.2: K and V. */
struct nonces {
    uint8_t key[HALF];
    uint8_t value[HALF];
};

/* value = HMAC(key, value) */
static bool turn(struct nonces *nonces)
{
    uint8_t next[HALF];
    if (HMAC(EVP_sha256(), nonces->key, HALF, nonces->value, HALF, next, NULL) == NULL) {
        return false;
    }
    memcpy(nonces->value, next, HALF);
    return true;
}

/* key = HMAC(key, value || separator || more); then turns. */
static bool mix(struct nonces *nonces, uint8_t separator, const uint8_t *more, size_t size)
{
    uint8_t text[HALF + 1 + 2 * HALF];
    uint8_t next[HALF];
    memcpy(text, nonces->value, HALF);
    text[HALF] = separator;
    memcpy(text + HALF + 1, more, size);
    bool ok = HMAC(EVP_sha256(), nonces->key, HALF, text, HALF + 1 + size, next, NULL) != NULL;
    memcpy(nonces->key, next, HALF);
    return ok && turn(nonces);
}

/* 3.2 a to g: seeded with the private key and the hash modulo the order. */
static bool nonces_init(struct nonces *nonces, const BIGNUM *d, const BIGNUM *hash)
{
    uint8_t seed[2 * HALF];
    memset(nonces->value, 1, HALF);
    memset(nonces->key, 0, HALF);
    if (BN_bn2binpad(d, seed, HALF) < 0 || BN_bn2binpad(hash, seed + HALF, HALF) < 0) {
        return false;
    }
    bool ok = mix(nonces, 0, seed, sizeof(seed)) && mix(nonces, 1, seed, sizeof(seed));
    OPENSSL_cleanse(seed, sizeof(seed));
    return ok;
}

/* 3.2 h: the next candidate; zero and what is beyond the order are passed over. */
static bool nonces_next(struct nonces *nonces, BIGNUM *k)
{
    const BIGNUM *order = EC_GROUP_get0_order(group);
    while (turn(nonces) && BN_bin2bn(nonces->value, HALF, k) != NULL) {
        if (!BN_is_zero(k) && BN_cmp(k, order) < 0) {
            return true;
        }
        if (!mix(nonces, 0, NULL, 0)) {
            return false;
        }
    }
    return false;
}

/* FIPS 186-4 6.4: r = (k G).x, s = k^-1 (hash + r d). */
static bool compute(const BIGNUM *d, const BIGNUM *hash, BIGNUM *k, BN_CTX *ctx, BIGNUM *r,
                    BIGNUM *s)
{
    const BIGNUM *order = EC_GROUP_get0_order(group);
    EC_POINT *point = EC_POINT_new(group);
    BN_set_flags(k, BN_FLG_CONSTTIME);
    bool ok = point != NULL && EC_POINT_mul(group, point, k, NULL, NULL, ctx) == 1 &&
              EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx) == 1 &&
              BN_nnmod(r, r, order, ctx) == 1 && BN_mod_mul(s, r, d, order, ctx) == 1 &&
              BN_mod_add(s, s, hash, order, ctx) == 1 && BN_mod_inverse(k, k, order, ctx) != NULL &&
              BN_mod_mul(s, s, k, order, ctx) == 1;
    EC_POINT_free(point);
    return ok;
}

static bool sign(const BIGNUM *d, const uint8_t digest[DIGEST_SIZE], BN_CTX *ctx,
                 uint8_t *signature)
{
    struct nonces nonces;
    BIGNUM *hash = BN_CTX_get(ctx);
    BIGNUM *k = BN_CTX_get(ctx);
    BIGNUM *r = BN_CTX_get(ctx);
    BIGNUM *s = BN_CTX_get(ctx);
    bool ok = s != NULL && BN_bin2bn(digest, DIGEST_SIZE, hash) != NULL &&
              BN_nnmod(hash, hash, EC_GROUP_get0_order(group), ctx) == 1 &&
              nonces_init(&nonces, d, hash);
    do {
        ok = ok && nonces_next(&nonces, k) && compute(d, hash, k, ctx, r, s);
    } while (ok && (BN_is_zero(r) || BN_is_zero(s)));
    OPENSSL_cleanse(&nonces, sizeof(nonces));
    return ok && BN_bn2binpad(r, signature, HALF) == HALF &&
           BN_bn2binpad(s, signature + HALF, HALF) == HALF;
}

int ecdsa_sign(const EVP_PKEY *pkey, const void *bytes, size_t size, uint8_t signature[ECDSA_SIZE])
{
    uint8_t digest[DIGEST_SIZE];
    BIGNUM *d = NULL;
    pthread_once(&once, make_group);
    digest_sha256(digest, bytes, size);
    BN_CTX *ctx = BN_CTX_secure_new();
    bool ok = group != NULL && ctx != NULL &&
              EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1;
    if (ctx != NULL) {
        BN_CTX_start(ctx);
        ok = ok && sign(d, digest, ctx, signature);
        BN_CTX_end(ctx);
    }
    BN_CTX_free(ctx);
    BN_clear_free(d);
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
