#include "keys/b64url.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void b64url_encode(char *out, const void *bytes, size_t size)
{
    const uint8_t *in = bytes;
    uint32_t bits = 0;
    unsigned held = 0; /* low bits of `bits` not written yet: 0, 2 or 4 between bytes */
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | in[i];
        for (held += 8; held >= 6; held -= 6) {
            *out++ = alphabet[bits >> (held - 6) & 63];
        }
    }
    if (held) {
        *out++ = alphabet[bits << (6 - held) & 63];
    }
    *out = '\0';
}

/* 0 to 63, or -1. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '-') {
        return 62;
    }
    return c == '_' ? 63 : -1;
}

int b64url_decode(void *out, size_t *size, const char *text, size_t length)
{
    uint8_t *at = out;
    uint32_t bits = 0;
    unsigned held = 0;
    if (length % 4 == 1) {
        return 1;
    }
    for (size_t i = 0; i < length; i++) {
        int value = value_of(text[i]);
        if (value < 0) {
            return 1;
        }
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8) {
            continue;
        }
        held -= 8;
        *at++ = (uint8_t)(bits >> held);
    }
    /* RFC 4648 3.5: one text for one value, or a token could be respelt without breaking it. */
    if (bits & ((1U << held) - 1)) {
        return 1;
    }
    *size = (size_t)(at - (uint8_t *)out);
    return 0;
}
