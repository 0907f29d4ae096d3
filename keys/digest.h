/* SHA-256, the left halves of digests, and comparison in constant time. */
#ifndef MAKESHIFT_KEYS_DIGEST_H
#define MAKESHIFT_KEYS_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#define DIGEST_SIZE 32
#define DIGEST_HALF_SIZE 16
#define DIGEST_HALF_512_SIZE 32

void digest_sha256(uint8_t out[DIGEST_SIZE], const void *bytes, size_t size);

/* The left-most half of the SHA-256 of a token's ASCII form: what at_hash and c_hash carry for the
 * algorithms with 256 bits (OpenID Connect Core 3.1.3.6), and what the store keeps of a token. */
void digest_half(uint8_t out[DIGEST_HALF_SIZE], const char *text);

/* The same of the text's SHA-512. */
void digest_half_512(uint8_t out[DIGEST_HALF_512_SIZE], const char *text);

/* SHA-256 over several texts, each preceded by its length, so that ("ab","c") and ("a","bc")
 * differ. */
void digest_texts(uint8_t out[DIGEST_SIZE], const char *const *texts, size_t count);

/* OpenSSL's SHA-256, fetched once. For keys/ alone. The first use sets OpenSSL up. */
const EVP_MD *digest_evp(void);

/* 'sha256-...': a style or a script that stands in a page, as its policy names it (CSP Level 3,
 * 2.3.1). */
#define DIGEST_SOURCE_SIZE 54
void digest_source(char out[DIGEST_SOURCE_SIZE], const char *text);

/* Takes the same time wherever the bytes differ. */
bool digest_equal(const void *a, const void *b, size_t size);

#endif
