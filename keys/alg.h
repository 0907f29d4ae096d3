/* TABLE of signature algorithms (RFC 7518 3.1, RFC 8037 3.1). A row here is an algorithm the
 * program can sign with. */
#ifndef MAKESHIFT_KEYS_ALG_H
#define MAKESHIFT_KEYS_ALG_H

#include <stddef.h>
#include <stdint.h>

enum alg { ALG_RS256, ALG_ES256, ALG_EDDSA, ALG__MAX };

struct alg_row {
    const char *name;  /* JWS "alg" */
    const char *alias; /* what others may call it who sign with it; NULL: nothing else */
    const char *kty;   /* JWK "kty" */
    const char *crv;   /* JWK "crv"; NULL: the type has no curves */
    const char *group; /* OpenSSL's name of the key's kind or curve */
    int evp_type;      /* OpenSSL's EVP_PKEY_id */
    unsigned bits;     /* of a generated key; also the least accepted (RFC 7518 3.3: 2048) */
};
extern const struct alg_row alg_table[ALG__MAX];

/* The algorithm of that name or alias, or ALG__MAX. Names are case-sensitive. */
enum alg alg_find(const char *name);

/* The left-most half of the hash that goes with the algorithm, of a text's ASCII form: what at_hash
 * and c_hash carry (OpenID Connect Core 3.1.3.6; for EdDSA with Ed25519 it is SHA-512, RFC
 * 8032 5.1). Gives its size in bytes. */
#define ALG_HALF_MAX 32
size_t alg_half_hash(enum alg alg, uint8_t out[ALG_HALF_MAX], const char *text);

#endif
