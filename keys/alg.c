#include "keys/alg.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "keys/digest.h"

const struct alg_row alg_table[ALG__MAX] = {
    [ALG_RS256] =
        {.name = "RS256", .kty = "RSA", .group = "RSA", .evp_type = EVP_PKEY_RSA, .bits = 2048},
    [ALG_ES256] = {.name = "ES256",
                   .kty = "EC",
                   .crv = "P-256",
                   .group = "prime256v1",
                   .evp_type = EVP_PKEY_EC,
                   .bits = 256},
    /* RFC 9864 2.2: with this curve the two names are one algorithm. */
    [ALG_EDDSA] = {.name = "EdDSA",
                   .alias = "Ed25519",
                   .kty = "OKP",
                   .crv = "Ed25519",
                   .group = "ED25519",
                   .evp_type = EVP_PKEY_ED25519,
                   .bits = 253},
};

static bool is_called(const struct alg_row *row, const char *name)
{
    return strcmp(row->name, name) == 0 || (row->alias != NULL && strcmp(row->alias, name) == 0);
}

enum alg alg_find(const char *name)
{
    enum alg alg = 0;
    while (alg < ALG__MAX && !is_called(&alg_table[alg], name)) {
        alg++;
    }
    return alg;
}

size_t alg_half_hash(enum alg alg, uint8_t out[ALG_HALF_MAX], const char *text)
{
    if (alg == ALG_EDDSA) {
        digest_half_512(out, text);
        return DIGEST_HALF_512_SIZE;
    }
    digest_half(out, text);
    return DIGEST_HALF_SIZE;
}
