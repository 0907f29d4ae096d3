/* By way of base64url, whose alphabet differs in two letters. */
#include "keys/base64.h"

#include <string.h>

#include "keys/b64url.h"

void base64_encode(char *out, const void *bytes, size_t size)
{
    b64url_encode(out, bytes, size);
    for (; *out != '\0'; out++) {
        *out = *out == '-' ? '+' : *out == '_' ? '/' : *out;
    }
    for (size_t pad = (3 - size % 3) % 3; pad > 0; pad--) {
        *out++ = '=';
    }
    *out = '\0';
}

int base64_decode(void *out, size_t *size, const char *text, size_t length)
{
    char *copy = out; /* what is decoded is shorter than what is read */
    if (length % 4 != 0) {
        return 1;
    }
    for (int pad = 0; pad < 2 && length > 0 && text[length - 1] == '='; pad++) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '-' || c == '_') {
            return 1;
        }
        copy[i] = (char)(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    return b64url_decode(out, size, copy, length);
}
