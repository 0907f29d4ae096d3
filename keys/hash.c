#include "keys/hash.h"

#include <openssl/evp.h>

#include "keys/die.h"
#include "keys/digest.h"

const char *const hash_names[HASH__MAX] = {[HASH_MD5] = "md5",
                                           [HASH_SHA1] = "sha1",
                                           [HASH_SHA256] = "sha256",
                                           [HASH_SHA384] = "sha384",
                                           [HASH_SHA512] = "sha512"};

size_t hash_bytes(enum hash hash, uint8_t out[HASH_SIZE_MAX], const void *bytes, size_t size)
{
    size_t made = 0;
    (void)digest_evp(); /* sets OpenSSL up */
    if (EVP_Q_digest(NULL, hash_names[hash], NULL, bytes, size, out, &made) != 1) {
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
