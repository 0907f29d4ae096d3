#include "keys/alg.h"

#include <openssl/evp.h>
#include <string.h>

const struct alg_row alg_table[ALG__MAX] = {
    [ALG_RS256] = {.name = "RS256", .kty = "RSA", .evp_type = EVP_PKEY_RSA, .bits = 2048},
};

enum alg alg_find(const char *name)
{
    enum alg alg = 0;
    while (alg < ALG__MAX && strcmp(alg_table[alg].name, name) != 0) {
        alg++;
    }
    return alg;
}
