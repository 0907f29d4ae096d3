/* Public keys as JWK (RFC 7517; RFC 7518 6; RFC 8037 2). For keys/ alone, as it speaks OpenSSL's
 * types. */
#ifndef MAKESHIFT_KEYS_JWK_H
#define MAKESHIFT_KEYS_JWK_H

#include <jansson.h>
#include <openssl/types.h>

#include "keys/alg.h"
#include "keys/attr.h"
#include "keys/b64url.h"
#include "keys/digest.h"

/* The members that make the key, in the order of the alphabet: {"e","kty","n"} or
 * {"crv","kty","x","y"}. A new reference; NULL when OpenSSL fails. */
json_t *jwk_members(enum alg alg, const EVP_PKEY *pkey);

/* Their RFC 7638 thumbprint. 0; -1 when memory runs out. */
MUST_USE int jwk_thumbprint(const json_t *members, char kid[B64URL_SIZE(DIGEST_SIZE)]);

/* The public key that a JWK describes, of the kind the algorithm needs; NULL: it does not describe
 * one. */
EVP_PKEY *jwk_pkey(enum alg alg, const json_t *jwk);

#endif
