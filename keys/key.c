#include "keys/key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/die.h"
#include "keys/digest.h"
#include "keys/ecdsa.h"
#include "keys/jwk.h"

/* What is made of the key when first asked for: most runs never verify a token. */
struct lazy {
    pthread_mutex_t lock;
    char *public_pem;
};

struct key {
    enum alg alg;
    EVP_PKEY *pkey;
    EVP_MD_CTX *template; /* set up to sign; copied for each signature, never used itself */
    struct ecdsa
        *ecdsa; /* signs for ES256, as the template does for the others; a public key has neither */
    json_t *members; /* that make the public JWK */
    char kid[B64URL_SIZE(DIGEST_SIZE)];
    struct lazy *lazy;
};

/* RFC 8032 5.1: Ed25519 hashes by itself. */
static const EVP_MD *md_of(enum alg alg)
{
    return alg == ALG_EDDSA ? NULL : digest_evp();
}

static int prepare(struct key *key)
{
    key->members = jwk_members(key->alg, key->pkey);
    key->lazy = calloc(1, sizeof(*key->lazy));
    if (!key->members || !key->lazy) {
        return -1;
    }
    pthread_mutex_init(&key->lazy->lock, NULL);
    return jwk_thumbprint(key->members, key->kid);
}

static int prepare_to_sign(struct key *key)
{
    if (key->alg == ALG_ES256) {
        key->ecdsa = ecdsa_new(key->pkey);
        return key->ecdsa ? 0 : -1;
    }
    key->template = EVP_MD_CTX_new();
    return key->template &&
                   EVP_DigestSignInit(key->template, NULL, md_of(key->alg), NULL, key->pkey) == 1
               ? 0
               : -1;
}

/* Takes `pkey`. */
static struct key *key_new(enum alg alg, EVP_PKEY *pkey)
{
    struct key *key = calloc(1, sizeof(*key));
    if (!key) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    key->alg = alg;
    key->pkey = pkey;
    if (prepare(key) == 0) {
        return key;
    }
    key_free(key);
    return NULL;
}

/* Takes `pkey`. */
static struct key *key_new_private(enum alg alg, EVP_PKEY *pkey)
{
    struct key *key = key_new(alg, pkey);
    if (key && prepare_to_sign(key) != 0) {
        key_free(key);
        return NULL;
    }
    return key;
}

void key_free(struct key *key)
{
    if (!key) {
        return;
    }
    if (key->lazy) {
        pthread_mutex_destroy(&key->lazy->lock);
        free(key->lazy->public_pem);
        free(key->lazy);
    }
    EVP_MD_CTX_free(key->template);
    ecdsa_free(key->ecdsa);
    EVP_PKEY_free(key->pkey);
    json_decref(key->members);
    free(key);
}

static struct key *copy_of(const struct key *key)
{
    EVP_PKEY_up_ref(key->pkey);
    struct key *copy = key_new_private(key->alg, key->pkey);
    if (!copy) {
        die("out of memory");
    }
    return copy;
}

struct key *key_named(const struct key *key, const char *name)
{
    uint8_t digest[DIGEST_SIZE];
    const char *const texts[] = {"kid", key->kid, name};
    struct key *named = copy_of(key);
    digest_texts(digest, texts, 3);
    b64url_encode(named->kid, digest, sizeof(digest));
    return named;
}

struct key *key_called(const struct key *key, const char *kid)
{
    struct key *called = copy_of(key);
    snprintf(called->kid, sizeof(called->kid), "%s", kid);
    return called;
}

struct key *key_generate(enum alg alg)
{
    const struct alg_row *row = &alg_table[alg];
    EVP_PKEY *pkey = NULL;
    digest_evp();
    if (alg == ALG_RS256) {
        pkey = EVP_PKEY_Q_keygen(NULL, NULL, row->kty, (size_t)row->bits);
    } else if (alg == ALG_ES256) {
        pkey = EVP_PKEY_Q_keygen(NULL, NULL, row->kty, row->group);
    } else {
        pkey = EVP_PKEY_Q_keygen(NULL, NULL, row->group);
    }
    return pkey ? key_new_private(alg, pkey) : NULL;
}

/* The algorithm's own structure inside a PKCS #8 one: RSAPrivateKey for RSA. Borrowed from `info`.
 */
static int unwrap(enum alg alg, const PKCS8_PRIV_KEY_INFO *info, const uint8_t **der, int *size)
{
    const ASN1_OBJECT *type = NULL;
    if (PKCS8_pkey_get0(&type, der, size, NULL, info) != 1) {
        return KEY_NOT_PEM;
    }
    return OBJ_obj2nid(type) == alg_table[alg].evp_type ? KEY_OK : KEY_WRONG_TYPE;
}

/* RSA's inner structure is the whole key, and decoding that alone is quicker; a curve stands
 * outside of it. */
static EVP_PKEY *pkey_of(enum alg alg, const PKCS8_PRIV_KEY_INFO *info, const uint8_t *inner,
                         int size)
{
    return alg == ALG_RS256
               ? d2i_PrivateKey_ex(alg_table[alg].evp_type, NULL, &inner, size, NULL, NULL)
               : EVP_PKCS82PKEY_ex(info, NULL, NULL);
}

static bool is_on_curve(enum alg alg, const EVP_PKEY *pkey)
{
    char name[32] = "";
    if (alg != ALG_ES256) {
        return true;
    }
    return EVP_PKEY_get_group_name(pkey, name, sizeof(name), NULL) == 1 &&
           strcmp(name, alg_table[alg].group) == 0;
}

static int key_from_inner(enum alg alg, const PKCS8_PRIV_KEY_INFO *info, const uint8_t *der,
                          int size, struct key **out)
{
    EVP_PKEY *pkey = pkey_of(alg, info, der, size);
    if (!pkey) {
        return KEY_NOT_PEM;
    }
    bool on_curve = is_on_curve(alg, pkey);
    if (!on_curve || EVP_PKEY_get_bits(pkey) < (int)alg_table[alg].bits) {
        EVP_PKEY_free(pkey);
        return on_curve ? KEY_TOO_SHORT : KEY_WRONG_TYPE;
    }
    *out = key_new_private(alg, pkey);
    return *out ? KEY_OK : -1;
}

static int key_from_pkcs8(enum alg alg, const uint8_t *der, long size, struct key **out)
{
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, size);
    const uint8_t *inner = NULL;
    int inner_size = 0;
    int outcome = info ? unwrap(alg, info, &inner, &inner_size) : KEY_NOT_PEM;
    if (outcome == KEY_OK) {
        outcome = key_from_inner(alg, info, inner, inner_size, out);
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return outcome;
}

/* Not PEM_read_bio_PrivateKey, which tries every decoder there is: 1.1 ms where this takes 0.5, and
 * a start has 8. */
int key_from_pem(enum alg alg, const char *pem, struct key **out)
{
    char *name = NULL;
    char *header = NULL; /* not empty when encrypted the old way */
    uint8_t *der = NULL;
    long size = 0;
    int outcome = KEY_NOT_PEM;
    *out = NULL;
    digest_evp();
    BIO *bio = BIO_new_mem_buf(pem, -1);
    if (!bio) {
        return -1;
    }
    if (PEM_read_bio(bio, &name, &header, &der, &size) == 1 && *header == '\0' &&
        strcmp(name, PEM_STRING_PKCS8INF) == 0) {
        outcome = key_from_pkcs8(alg, der, size, out);
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, (size_t)size);
    BIO_free(bio);
    ERR_clear_error();
    return outcome;
}

int key_from_jwk(enum alg alg, const json_t *jwk, struct key **out)
{
    *out = NULL;
    EVP_PKEY *pkey = jwk_pkey(alg, jwk);
    if (!pkey) {
        return KEY_WRONG_TYPE;
    }
    if (EVP_PKEY_get_bits(pkey) < (int)alg_table[alg].bits) {
        EVP_PKEY_free(pkey);
        return KEY_TOO_SHORT;
    }
    *out = key_new(alg, pkey);
    return *out ? KEY_OK : -1;
}

/* What was written to a memory BIO, as text of malloc; frees the BIO. */
static char *text_from_bio(BIO *bio)
{
    char *bytes = NULL;
    long size = BIO_get_mem_data(bio, &bytes);
    char *text = size > 0 ? strndup(bytes, (size_t)size) : NULL;
    BIO_free(bio);
    return text;
}

char *key_to_pem(const struct key *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    if (!bio) {
        return NULL;
    }
    PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL);
    return text_from_bio(bio);
}

const char *key_public_pem(const struct key *key)
{
    struct lazy *lazy = key->lazy;
    pthread_mutex_lock(&lazy->lock);
    BIO *bio = lazy->public_pem ? NULL : BIO_new(BIO_s_mem());
    if (bio) {
        PEM_write_bio_PUBKEY(bio, key->pkey);
        lazy->public_pem = text_from_bio(bio);
    }
    const char *pem = lazy->public_pem;
    pthread_mutex_unlock(&lazy->lock);
    return pem;
}

enum alg key_alg(const struct key *key)
{
    return key->alg;
}

EVP_PKEY *key_pkey(const struct key *key)
{
    return key->pkey;
}

const char *key_kid(const struct key *key)
{
    return key->kid;
}

json_t *key_public_jwk(const struct key *key)
{
    static const char *const names[] = {"crv", "x", "y", "n", "e"};
    const struct alg_row *row = &alg_table[key->alg];
    json_t *jwk = json_pack("{s:s, s:s, s:s, s:s}", "alg", row->name, "kty", row->kty, "use", "sig",
                            "kid", key->kid);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = json_string_value(json_object_get(key->members, names[i]));
        if (value) {
            json_object_set_new(jwk, names[i], json_string(value));
        }
    }
    return jwk;
}

size_t key_signature_size(const struct key *key)
{
    return key->alg == ALG_ES256 ? ECDSA_SIZE : (size_t)EVP_PKEY_get_size(key->pkey);
}

/* A copy of a context that is set up spares the fetches from the provider that setting up costs;
 * the template itself is only read, so that threads may copy it at once. */
static int sign_by_template(const struct key *key, const void *bytes, size_t size,
                            uint8_t *signature)
{
    size_t length = key_signature_size(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_MD_CTX_copy_ex(ctx, key->template) == 1 &&
              EVP_DigestSign(ctx, signature, &length, bytes, size) == 1;
    EVP_MD_CTX_free(ctx);
    return ok ? 0 : -1;
}

int key_sign(const struct key *key, const void *bytes, size_t size, uint8_t *signature)
{
    if (key->ecdsa) {
        return ecdsa_sign(key->ecdsa, bytes, size, signature);
    }
    return key->template ? sign_by_template(key, bytes, size, signature) : -1;
}

int key_verify(const struct key *key, const void *bytes, size_t size, const uint8_t *signature,
               size_t length)
{
    if (key->alg == ALG_ES256) {
        return ecdsa_verify(key->pkey, bytes, size, signature, length);
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, md_of(key->alg), NULL, key->pkey) == 1 &&
                EVP_DigestVerify(ctx, signature, length, bytes, size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return good ? 0 : 1;
}
