/* Signatures of RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 8.2): what OAuth 1 calls RSA-SHA1. Nothing
 * that the server issues is signed so. */
#ifndef MAKESHIFT_KEYS_RSA_SHA1_H
#define MAKESHIFT_KEYS_RSA_SHA1_H

#include <stddef.h>
#include <stdint.h>

#include "keys/attr.h"

#define RSA_SHA1_SIZE_MAX 2048 /* bytes: of a key of 16384 bits, the longest that OpenSSL takes */

enum rsa_sha1_outcome {
    RSA_SHA1_OK = 0,
    RSA_SHA1_NO_KEY = 1,    /* no private key in PEM, or one that needs a password */
    RSA_SHA1_OTHER_KEY = 2, /* a key of another kind, or one that cannot sign */
};

/* Signs with the private key that `pem` holds; `*length` gets the signature's bytes. */
MUST_USE int rsa_sha1_sign(const char *pem, const void *bytes, size_t size,
                           uint8_t signature[RSA_SHA1_SIZE_MAX], size_t *length);

#endif
