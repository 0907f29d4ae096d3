#include "keys/key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"

/* What is made of the key when first asked for: most runs never verify a token. */
struct lazy {
    pthread_mutex_t lock;
    char *public_pem;
};

struct key {
    enum alg alg;
    EVP_PKEY *pkey;
    EVP_MD_CTX *template; /* set up to sign; copied for each signature, never used itself */
    char *n;              /* base64url, as the JWK has them */
    char *e;
    char kid[B64URL_SIZE(DIGEST_SIZE)];
    struct lazy *lazy;
};

/* A number of the key as RFC 7518 6.3.1 has it: big-endian, no leading zero, base64url. */
static char *number_text(const EVP_PKEY *pkey, const char *name)
{
    BIGNUM *number = NULL;
    if (EVP_PKEY_get_bn_param(pkey, name, &number) != 1) {
        return NULL;
    }
    size_t size = (size_t)BN_num_bytes(number);
    uint8_t *bytes = malloc(size + 1);
    char *text = malloc(B64URL_SIZE(size));
    if (bytes && text) {
        BN_bn2bin(number, bytes);
        b64url_encode(text, bytes, size);
    }
    free(bytes);
    BN_free(number);
    return text;
}

/* RFC 7638 3: the required members in lexicographic order, no white space; jansson keeps the order
 * they are packed in. */
static int make_kid(struct key *key)
{
    uint8_t digest[DIGEST_SIZE];
    json_auto_t *members =
        json_pack("{s:s, s:s, s:s}", "e", key->e, "kty", alg_table[key->alg].kty, "n", key->n);
    char *text = members ? json_dumps(members, JSON_COMPACT) : NULL;
    if (!text) {
        return -1;
    }
    digest_sha256(digest, text, strlen(text));
    b64url_encode(key->kid, digest, sizeof(digest));
    free(text);
    return 0;
}

static int prepare(struct key *key)
{
    key->n = number_text(key->pkey, OSSL_PKEY_PARAM_RSA_N);
    key->e = number_text(key->pkey, OSSL_PKEY_PARAM_RSA_E);
    key->template = EVP_MD_CTX_new();
    key->lazy = calloc(1, sizeof(*key->lazy));
    if (!key->n || !key->e || !key->template || !key->lazy) {
        return -1;
    }
    pthread_mutex_init(&key->lazy->lock, NULL);
    if (EVP_DigestSignInit(key->template, NULL, digest_evp(), NULL, key->pkey) != 1) {
        return -1;
    }
    return make_kid(key);
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
    EVP_PKEY_free(key->pkey);
    free(key->n);
    free(key->e);
    free(key);
}

struct key *key_generate(enum alg alg)
{
    digest_evp();
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, alg_table[alg].kty, (size_t)alg_table[alg].bits);
    return pkey ? key_new(alg, pkey) : NULL;
}

/* The algorithm's own structure inside a PKCS #8 one: RSAPrivateKey for RSA. Borrowed from `info`. */
static int unwrap(enum alg alg, const PKCS8_PRIV_KEY_INFO *info, const uint8_t **der, int *size)
{
    const ASN1_OBJECT *type = NULL;
    if (PKCS8_pkey_get0(&type, der, size, NULL, info) != 1) {
        return KEY_NOT_PEM;
    }
    return OBJ_obj2nid(type) == alg_table[alg].evp_type ? KEY_OK : KEY_WRONG_TYPE;
}

static int key_from_inner(enum alg alg, const uint8_t *der, int size, struct key **out)
{
    EVP_PKEY *pkey = d2i_PrivateKey_ex(alg_table[alg].evp_type, NULL, &der, size, NULL, NULL);
    if (!pkey) {
        return KEY_NOT_PEM;
    }
    if (EVP_PKEY_get_bits(pkey) < (int)alg_table[alg].bits) {
        EVP_PKEY_free(pkey);
        return KEY_TOO_SHORT;
    }
    *out = key_new(alg, pkey);
    return *out ? KEY_OK : -1;
}

static int key_from_pkcs8(enum alg alg, const uint8_t *der, long size, struct key **out)
{
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, size);
    const uint8_t *inner = NULL;
    int inner_size = 0;
    int outcome = info ? unwrap(alg, info, &inner, &inner_size) : KEY_NOT_PEM;
    if (outcome == KEY_OK) {
        outcome = key_from_inner(alg, inner, inner_size, out);
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
    const struct alg_row *row = &alg_table[key->alg];
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "alg", row->name, "kty", row->kty, "use",
                     "sig", "kid", key->kid, "n", key->n, "e", key->e);
}

size_t key_signature_size(const struct key *key)
{
    return (size_t)EVP_PKEY_get_size(key->pkey);
}

/* A copy of a context that is set up spares the fetches from the provider that setting up costs; the
 * template itself is only read, so that threads may copy it at once. */
int key_sign(const struct key *key, const void *bytes, size_t size, uint8_t *signature)
{
    size_t length = key_signature_size(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_MD_CTX_copy_ex(ctx, key->template) == 1 &&
              EVP_DigestSign(ctx, signature, &length, bytes, size) == 1;
    EVP_MD_CTX_free(ctx);
    return ok ? 0 : -1;
}

int key_verify(const struct key *key, const void *bytes, size_t size, const uint8_t *signature,
               size_t length)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, digest_evp(), NULL, key->pkey) == 1 &&
                EVP_DigestVerify(ctx, signature, length, bytes, size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return good ? 0 : 1;
}
