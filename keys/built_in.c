#include "keys/built_in.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "keys/die.h"
#include "keys/digest.h"
#include "keys/embedded.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----"
#define END "-----END PRIVATE KEY-----\n"

static const char *const texts[ALG__MAX] = {
    [ALG_RS256] = embedded_keys_built_in_rs256_pem,
    [ALG_ES256] = embedded_keys_built_in_es256_pem,
    [ALG_EDDSA] = embedded_keys_built_in_eddsa_pem,
};

/* Reading a PEM takes OpenSSL as long as signing: each is read once for the process. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct key *read_keys[ALG__MAX][BUILT_IN_KEYS];

/* Its PEM (PKCS #8): where it stands, and how long it is. */
static const char *find_pem(enum alg alg, unsigned number, size_t *size)
{
    const char *at = strstr(texts[alg], BEGIN);
    for (unsigned i = 0; at != NULL && i < number % BUILT_IN_KEYS; i++) {
        at = strstr(at + 1, BEGIN);
    }
    const char *end = at != NULL ? strstr(at, END) : NULL;
    if (end == NULL) {
        die("a built-in key is missing");
    }
    *size = (size_t)(end - at) + strlen(END);
    return at;
}

static struct key *read_key(enum alg alg, unsigned number)
{
    size_t size = 0;
    const char *at = find_pem(alg, number, &size);
    struct key *key = NULL;
    char *pem = die_or_new(size + 1);
    memcpy(pem, at, size);
    int outcome = key_from_pem(alg, pem, &key);
    free(pem);
    if (outcome != KEY_OK) {
        die("OpenSSL cannot read a built-in key");
    }
    return key;
}

struct key *built_in_key(enum alg alg, unsigned number, const char *name)
{
    struct key **slot = &read_keys[alg][number % BUILT_IN_KEYS];
    pthread_mutex_lock(&lock);
    if (*slot == NULL) {
        *slot = read_key(alg, number);
    }
    const struct key *key = *slot;
    pthread_mutex_unlock(&lock);
    return key_named(key, name);
}

unsigned built_in_number(const char *name)
{
    uint8_t digest[DIGEST_SIZE];
    digest_sha256(digest, name, strlen(name));
    return digest[0] % BUILT_IN_KEYS;
}
