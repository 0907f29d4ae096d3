/* TABLE of signature algorithms (RFC 7518 3.1). A row here is an algorithm the program can sign with. */
#ifndef MAKESHIFT_KEYS_ALG_H
#define MAKESHIFT_KEYS_ALG_H

#include <stddef.h>

enum alg { ALG_RS256, ALG__MAX };

struct alg_row {
    const char *name; /* JWS "alg" */
    const char *kty;  /* JWK "kty" */
    int evp_type;     /* OpenSSL's EVP_PKEY_id */
    unsigned bits;    /* of a generated key; also the least accepted (RFC 7518 3.3: 2048) */
};
extern const struct alg_row alg_table[ALG__MAX];

/* The algorithm of that name, or ALG__MAX. Names are case-sensitive. */
enum alg alg_find(const char *name);

#endif
