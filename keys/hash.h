/* Digests and HMACs (RFC 2104) of what others compute, by name: not for what the server keeps,
 * which is digest.h's. */
#ifndef MAKESHIFT_KEYS_HASH_H
#define MAKESHIFT_KEYS_HASH_H

#include <stddef.h>
#include <stdint.h>

enum hash { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH__MAX };
extern const char *const hash_names[HASH__MAX]; /* md5 sha1 sha256 sha384 sha512 */

#define HASH_SIZE_MAX 64

/* The digest; gives its size in bytes. */
size_t hash_bytes(enum hash hash, uint8_t out[HASH_SIZE_MAX], const void *bytes, size_t size);

/* The HMAC under a key of any size; gives its size in bytes. */
struct hash_key {
    const void *bytes;
    size_t size;
};
size_t hash_mac(enum hash hash, const struct hash_key *key, uint8_t out[HASH_SIZE_MAX],
                const void *bytes, size_t size);

#endif
