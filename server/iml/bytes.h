/* Bytes as texts, and texts as bytes: the encodings that functions name. */
#ifndef MAKESHIFT_IML_BYTES_H
#define MAKESHIFT_IML_BYTES_H

#include <stddef.h>

#include "server/base/attr.h"
#include "server/base/str.h"

/* Two letters a byte, and a NUL. */
void bytes_to_hex(char *out, const void *bytes, size_t size);

/* 0, and `*made` bytes of `out`, which holds size / 2; 1: it is not hexadecimal. */
MUST_USE int bytes_from_hex(char *out, size_t *made, const char *text, size_t size);

/* base64 with its padding, or base64url with or without. `out` holds `size` bytes. 0; 1: it is
 * neither. */
MUST_USE int bytes_from_base64(char *out, size_t *made, const char *text, size_t size);

/* As UTF-8: what is none of it becomes U+FFFD, a byte at a time. */
void bytes_put_utf8(struct str_buf *buf, const char *bytes, size_t size);

/* Each byte as the character of that number (ISO 8859-1). */
void bytes_put_latin1(struct str_buf *buf, const char *bytes, size_t size);

#endif
