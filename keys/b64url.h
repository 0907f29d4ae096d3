/* base64url without padding, read strictly (RFC 4648 5; RFC 7515 2). */
#ifndef MAKESHIFT_KEYS_B64URL_H
#define MAKESHIFT_KEYS_B64URL_H

#include <stddef.h>
#include <stdint.h>

#include "keys/attr.h"

/* Characters for `n` bytes, without and with the NUL. */
#define B64URL_LENGTH(n) (((n)*4 + 2) / 3)
#define B64URL_SIZE(n) (B64URL_LENGTH(n) + 1)

/* Writes B64URL_SIZE(size) bytes to `out`, NUL included. */
void b64url_encode(char *out, const void *bytes, size_t size);

/* Decodes `length` characters into `out`, which holds at least length * 3 / 4 bytes; `*size` gets
 * their number. 0; 1 when a character is foreign, padding stands there, the length is impossible or
 * the unused bits are not zero. */
MUST_USE int b64url_decode(void *out, size_t *size, const char *text, size_t length);

#endif
