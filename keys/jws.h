/* Compact JWS (RFC 7515): signed through EVP with a key loaded once; read by libjwt, which shares
 * no code with the signer (but for a "typ" other than JWT, and for EdDSA, which it cannot read). */
#ifndef MAKESHIFT_KEYS_JWS_H
#define MAKESHIFT_KEYS_JWS_H

#include <jansson.h>

#include "keys/attr.h"
#include "keys/key.h"
#include "keys/ring.h"

/* The compact form of `claims` (JSON text of `size` bytes) under the header {"alg","typ","kid"}.
 * malloc'd, the caller frees it. NULL only when OpenSSL fails. Deterministic for RS256. */
char *jws_sign(const struct key *key, const char *typ, const char *claims, size_t size);

/* The same under any header (JSON text), whatever it says: for tokens that are wrong on purpose. */
enum jws_signed {
    JWS_BY_KEY,
    JWS_BY_PUBLIC_KEY, /* HMAC with SHA-256, keyed with the public key's PEM (RFC 8725 2.1) */
    JWS_UNSIGNED,      /* the signature is empty (RFC 7515 A.5) */
};
char *jws_sign_under(const struct key *key, enum jws_signed how, const char *header,
                     const char *claims, size_t size);

enum jws_outcome {
    JWS_OK = 0,
    JWS_MALFORMED = 1, /* not three base64url segments holding JSON objects; no alg; a crit */
    JWS_ALG = 2, /* another algorithm than the key's: `none`, HS256 keyed with a public key, ... */
    JWS_UNKNOWN_KEY = 3, /* no kid, or one that the ring does not publish */
    JWS_BAD_SIGNATURE = 4,
};

/* A key of somebody else's, and what they call it. */
struct jws_key {
    const char *kid; /* NULL: nothing */
    const struct key *key;
};

/* Verifies `token` against the published keys of the ring. Times and audiences are the caller's to
 * check. On JWS_OK `*header` and `*claims` are new references; otherwise they are NULL. */
MUST_USE int jws_read(const struct ring *ring, const char *token, json_t **header, json_t **claims);

/* The same against these keys: those of the token's algorithm that its kid names, or all when it
 * names none. */
MUST_USE int jws_read_by(const struct jws_key *keys, size_t count, const char *token,
                         json_t **header, json_t **claims);

/* The claims, whoever signed them: to find out whose keys to verify with, and nothing else. A new
 * reference; NULL: it is no compact JWS. */
json_t *jws_peek(const char *token);
json_t *jws_peek_header(const char *token); /* the header, likewise */

#endif
