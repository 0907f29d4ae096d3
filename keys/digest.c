#include "keys/digest.h"
#include "keys/b64url.h"
#include "keys/die.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fetched once: OpenSSL 3.0 takes a lock and a lookup per fetch, which SHA256() does at each
 * call. */
static const EVP_MD *sha256;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *need(size_t size, void *memory)
{
    if (!memory && size > 0) {
        die("out of memory");
    }
    return memory;
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return need(size, malloc(size));
}

static void *reallocate(void *memory, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return need(size, realloc(memory, size));
}

static void release(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

static void fetch(void)
{
    /* OpenSSL 3.0 does not survive it everywhere when memory runs out (a lock that could not be
     * made is locked all the same): then the process ends, as it does elsewhere. */
    CRYPTO_set_mem_functions(allocate, reallocate, release);
    /* No openssl.cnf: reading it costs more than all else here, and nothing in it may change what a
     * stand-in answers. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                            OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
                        NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!sha256) {
        die("OpenSSL cannot compute a digest");
    }
}

const EVP_MD *digest_evp(void)
{
    pthread_once(&once, fetch);
    return sha256;
}

void digest_sha256(uint8_t out[DIGEST_SIZE], const void *bytes, size_t size)
{
    if (EVP_Digest(bytes, size, out, NULL, digest_evp(), NULL) != 1) {
        die("OpenSSL cannot compute a digest");
    }
}

void digest_half(uint8_t out[DIGEST_HALF_SIZE], const char *text)
{
    uint8_t whole[DIGEST_SIZE];
    digest_sha256(whole, text, strlen(text));
    memcpy(out, whole, DIGEST_HALF_SIZE);
}

void digest_half_512(uint8_t out[DIGEST_HALF_512_SIZE], const char *text)
{
    uint8_t whole[2 * DIGEST_HALF_512_SIZE];
    size_t size;
    digest_evp(); /* sets OpenSSL up */
    if (EVP_Q_digest(NULL, "SHA512", NULL, text, strlen(text), whole, &size) != 1) {
        die("OpenSSL cannot compute a digest");
    }
    memcpy(out, whole, DIGEST_HALF_512_SIZE);
}

/* The length as eight bytes, most significant first, then the text. */
static int add_text(EVP_MD_CTX *ctx, const char *text)
{
    uint8_t length[8];
    size_t size = strlen(text);
    for (size_t i = 0; i < sizeof(length); i++) {
        length[i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
    }
    return EVP_DigestUpdate(ctx, length, sizeof(length)) == 1 &&
           EVP_DigestUpdate(ctx, text, size) == 1;
}

void digest_texts(uint8_t out[DIGEST_SIZE], const char *const *texts, size_t count)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = ctx && EVP_DigestInit_ex2(ctx, digest_evp(), NULL) == 1;
    for (size_t i = 0; ok && i < count; i++) {
        ok = add_text(ctx, texts[i]);
    }
    if (!ok || EVP_DigestFinal_ex(ctx, out, NULL) != 1) {
        die("OpenSSL cannot compute a digest");
    }
    EVP_MD_CTX_free(ctx);
}

bool digest_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}

/* CSP takes base64url, but wants the padding. */
void digest_source(char out[DIGEST_SOURCE_SIZE], const char *text)
{
    uint8_t digest[DIGEST_SIZE];
    char hash[B64URL_SIZE(DIGEST_SIZE)];
    digest_sha256(digest, text, strlen(text));
    b64url_encode(hash, digest, sizeof(digest));
    (void)snprintf(out, DIGEST_SOURCE_SIZE, "'sha256-%s='", hash);
}
