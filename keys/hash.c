#include "keys/hash.h"

#include <openssl/evp.h>
#include <pthread.h>

#include "keys/die.h"
#include "keys/digest.h"

const char *const hash_names[HASH__MAX] = {[HASH_MD5] = "md5",
                                           [HASH_SHA1] = "sha1",
                                           [HASH_SHA256] = "sha256",
                                           [HASH_SHA384] = "sha384",
                                           [HASH_SHA512] = "sha512"};

/* Fetched once, as digest.c does and for its reason. */
static const EVP_MD *digests[HASH__MAX];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    (void)digest_evp(); /* sets OpenSSL up */
    for (enum hash hash = 0; hash < HASH__MAX; hash++) {
        digests[hash] = EVP_MD_fetch(NULL, hash_names[hash], NULL);
    }
}

size_t hash_bytes(enum hash hash, uint8_t out[HASH_SIZE_MAX], const void *bytes, size_t size)
{
    unsigned made = 0;
    pthread_once(&once, fetch);
    if (digests[hash] == NULL || EVP_Digest(bytes, size, out, &made, digests[hash], NULL) != 1) {
        die("OpenSSL cannot compute a digest");
    }
    return made;
}

size_t hash_mac(enum hash hash, const struct hash_key *key, uint8_t out[HASH_SIZE_MAX],
                const void *bytes, size_t size)
{
    size_t made = 0;
    (void)digest_evp(); /* sets OpenSSL up */
    if (EVP_Q_mac(NULL, "HMAC", NULL, hash_names[hash], NULL, key->bytes, key->size, bytes, size,
                  out, HASH_SIZE_MAX, &made) == NULL) {
        die("OpenSSL cannot compute a digest");
    }
    return made;
}
