/* What the store keeps of a code, a token, a session or an interaction: never the thing itself. */
#ifndef MAKESHIFT_STORE_HASH_H
#define MAKESHIFT_STORE_HASH_H

#include <stdint.h>

/* The left half of the SHA-256 of the secret's text. The secrets have 256 random bits, so that 128
 * bits of digest are as hard to invert as the full ones, and a row is small. For an access token
 * these are the bytes of at_hash (OpenID Connect Core 3.1.3.6). */
struct hash {
    uint8_t bytes[16];
};

#endif
