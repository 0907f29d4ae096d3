/* base64 with padding, read strictly (RFC 4648 4). */
#ifndef MAKESHIFT_KEYS_BASE64_H
#define MAKESHIFT_KEYS_BASE64_H

#include <stddef.h>

#include "keys/attr.h"

/* Characters for `n` bytes, with the NUL. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)

/* Writes BASE64_SIZE(size) bytes to `out`, NUL included. */
void base64_encode(char *out, const void *bytes, size_t size);

/* Decodes `length` characters into `out`, which holds at least `length` bytes; `*size` gets the
 * number of those decoded. 0; 1 when a character is foreign, padding is missing or misplaced, or
 * the unused bits are not zero. */
MUST_USE int base64_decode(void *out, size_t *size, const char *text, size_t length);

#endif
