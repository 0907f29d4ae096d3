/* ECDSA over P-256 as JWS has it (RFC 7518 3.4): r and s, 32 bytes each. */
#ifndef MAKESHIFT_KEYS_ECDSA_H
#define MAKESHIFT_KEYS_ECDSA_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/attr.h"

#define ECDSA_SIZE 64

/* A private key on P-256, ready to sign. Immutable, and safe to use from several threads. */
struct ecdsa;

/* The signer with this key. NULL: it is public, or a library fails. */
struct ecdsa *ecdsa_new(const EVP_PKEY *pkey);
void ecdsa_free(struct ecdsa *ecdsa); /* NULL is fine */

/* Signs with the nonce of RFC 6979, so that the same key and bytes give the same signature.
 * 0; -1 when GnuTLS fails. */
MUST_USE int ecdsa_sign(const struct ecdsa *ecdsa, const void *bytes, size_t size,
                        uint8_t signature[ECDSA_SIZE]);

/* 0; 1 when the signature is not the key's for these bytes. */
MUST_USE int ecdsa_verify(EVP_PKEY *pkey, const void *bytes, size_t size, const uint8_t *signature,
                          size_t length);

#endif
