#include "keys/random.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "keys/b64url.h"
#include "keys/die.h"
#include "keys/digest.h"

#define POOL_SIZE 1024

struct random {
    EVP_CIPHER_CTX *stream; /* NULL: the system's randomness */
    pthread_mutex_t lock;
    uint64_t drawn; /* bytes of the stream up to the end of the pool */
    size_t used;    /* of the pool */
    uint8_t pool[POOL_SIZE];
};

static struct random *new (void)
{
    struct random *random = die_or_new(sizeof(*random));
    pthread_mutex_init(&random->lock, NULL);
    random->used = POOL_SIZE;
    return random;
}

struct random *random_new_system(void)
{
    return new ();
}

/* The stream is AES-256 in counter mode from zero, its key the SHA-256 of what it is for. */
struct random *random_new_seeded(uint64_t seed, uint64_t run)
{
    return random_new_named(seed, NULL, run);
}

struct random *random_new_named(uint64_t seed, const char *name, uint64_t run)
{
    static const uint8_t counter[16];
    char seed_text[24];
    char run_text[24];
    uint8_t key[DIGEST_SIZE];
    struct random *random = new ();
    snprintf(seed_text, sizeof(seed_text), "%llu", (unsigned long long)seed);
    snprintf(run_text, sizeof(run_text), "%llu", (unsigned long long)run);
    digest_texts(key, (const char *const[]){"makeshift random stream", seed_text, run_text, name},
                 name == NULL ? 3 : 4);
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
    random->stream = EVP_CIPHER_CTX_new();
    if (!cipher || !random->stream ||
        EVP_EncryptInit_ex2(random->stream, cipher, key, counter, NULL) != 1) {
        die("no randomness from OpenSSL");
    }
    EVP_CIPHER_free(cipher);
    return random;
}

void random_free(struct random *random)
{
    if (!random) {
        return;
    }
    EVP_CIPHER_CTX_free(random->stream);
    pthread_mutex_destroy(&random->lock);
    free(random);
}

static void from_system(uint8_t *out, size_t size)
{
    while (size) {
        ssize_t got = getrandom(out, size, 0);
        if (got < 0 && errno != EINTR) {
            die("no randomness from getrandom");
        }
        if (got < 0) {
            continue;
        }
        out += got;
        size -= (size_t)got;
    }
}

static void refill(struct random *random)
{
    static const uint8_t zeros[POOL_SIZE];
    int size = 0;
    if (EVP_EncryptUpdate(random->stream, random->pool, &size, zeros, POOL_SIZE) != 1) {
        die("no randomness from OpenSSL");
    }
    random->drawn += POOL_SIZE;
    random->used = 0;
}

uint64_t random_position(struct random *random)
{
    pthread_mutex_lock(&random->lock);
    uint64_t position = random->drawn + random->used - POOL_SIZE;
    pthread_mutex_unlock(&random->lock);
    return random->stream ? position : 0;
}

/* A block of AES for each 16 bytes; the pool is filled from where one of its size begins. */
static void seek(struct random *random, uint64_t position)
{
    uint8_t counter[16] = {0};
    uint64_t start = position - position % POOL_SIZE;
    uint64_t block = start / sizeof(counter);
    for (size_t i = sizeof(counter); i > 8; i--) {
        counter[i - 1] = (uint8_t)block;
        block >>= 8;
    }
    if (EVP_EncryptInit_ex2(random->stream, NULL, NULL, counter, NULL) != 1) {
        die("no randomness from OpenSSL");
    }
    random->drawn = start;
    refill(random);
    random->used = (size_t)(position - start);
}

void random_seek(struct random *random, uint64_t position)
{
    if (!random->stream) {
        return;
    }
    pthread_mutex_lock(&random->lock);
    seek(random, position);
    pthread_mutex_unlock(&random->lock);
}

/* The bytes of the stream follow each other whatever the sizes asked for. */
static void from_stream(struct random *random, uint8_t *out, size_t size)
{
    pthread_mutex_lock(&random->lock);
    while (size) {
        if (random->used == POOL_SIZE) {
            refill(random);
        }
        size_t left = POOL_SIZE - random->used;
        size_t some = size < left ? size : left;
        memcpy(out, random->pool + random->used, some);
        random->used += some;
        out += some;
        size -= some;
    }
    pthread_mutex_unlock(&random->lock);
}

void random_bytes(struct random *random, void *out, size_t size)
{
    if (random->stream) {
        from_stream(random, out, size);
    } else {
        from_system(out, size);
    }
}

void random_text(struct random *random, char *out, size_t size)
{
    uint8_t bytes[256];
    /* Whole groups of three bytes, so that the pieces' texts join into one. */
    const size_t piece = sizeof(bytes) / 3 * 3;
    *out = '\0';
    while (size) {
        size_t some = size < piece ? size : piece;
        random_bytes(random, bytes, some);
        b64url_encode(out, bytes, some);
        out += B64URL_LENGTH(some);
        size -= some;
    }
}
