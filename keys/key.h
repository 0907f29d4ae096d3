/* One key: private, made, read from PEM and written to PEM; or public, read from a JWK. Either is
 * shown as a public JWK. Immutable, and safe to use from several threads. */
#ifndef MAKESHIFT_KEYS_KEY_H
#define MAKESHIFT_KEYS_KEY_H

#include <jansson.h>
#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/alg.h"
#include "keys/attr.h"

struct key;

/* NULL only when OpenSSL fails. */
struct key *key_generate(enum alg alg);

enum key_outcome {
    KEY_OK = 0,
    KEY_NOT_PEM = 1, /* not an unencrypted PKCS #8 private key in PEM */
    KEY_WRONG_TYPE =
        2, /* a key of another type or curve than the algorithm's, or a JWK that describes none */
    KEY_TOO_SHORT = 3, /* fewer bits than the algorithm's row asks */
};
MUST_USE int key_from_pem(enum alg alg, const char *pem, struct key **out);

/* A client's public key (RFC 7517). It signs nothing; its kid is the thumbprint, whatever the JWK
 * says. */
MUST_USE int key_from_jwk(enum alg alg, const json_t *jwk, struct key **out);

/* The same private key under a kid that is made of its thumbprint and `name`: no two names have one
 * in common. A new key; ends the process when there is no memory. */
struct key *key_named(const struct key *key, const char *name);

/* Likewise, under this kid, which another key_named once made (or a thumbprint). */
struct key *key_called(const struct key *key, const char *kid);

/* PKCS #8, unencrypted. malloc'd text, the caller frees it. It is the secret itself. */
char *key_to_pem(const struct key *key);
void key_free(struct key *key); /* NULL is fine */

enum alg key_alg(const struct key *key);
EVP_PKEY *key_pkey(const struct key *key); /* borrowed; for keys/ alone */

/* RFC 7638 thumbprint, base64url: it cannot come to name another key; of a named key another text
 * of that kind. Borrowed. */
const char *key_kid(const struct key *key);

/* {"alg","kty","use":"sig","kid","n","e"}, or "crv","x","y" for the last two: public members only.
 * A new reference. */
json_t *key_public_jwk(const struct key *key);

/* Signs `size` bytes; `signature` holds key_signature_size() bytes, in the form of RFC 7518 3.
 * Deterministic for all algorithms. 0; -1 when OpenSSL fails, or the key is public. */
size_t key_signature_size(const struct key *key);
MUST_USE int key_sign(const struct key *key, const void *bytes, size_t size, uint8_t *signature);

/* 0; 1 when the signature is not the key's for these bytes. */
MUST_USE int key_verify(const struct key *key, const void *bytes, size_t size,
                        const uint8_t *signature, size_t length);

/* The public half as a PEM SubjectPublicKeyInfo: what libjwt verifies with. Made when first asked
 * for; borrowed. NULL when OpenSSL fails. */
const char *key_public_pem(const struct key *key);

#endif
