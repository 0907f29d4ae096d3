#include "server/iml/bytes.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/base64.h"

void bytes_to_hex(char *out, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = bytes;
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[in[i] >> 4];
        *out++ = digits[in[i] & 15];
    }
    *out = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

int bytes_from_hex(char *out, size_t *made, const char *text, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return 1;
        }
        out[i / 2] = (char)(high << 4 | low);
    }
    *made = size / 2;
    return size % 2 == 0 ? 0 : 1;
}

int bytes_from_base64(char *out, size_t *made, const char *text, size_t size)
{
    if (base64_decode(out, made, text, size) == 0) {
        return 0;
    }
    for (int pad = 0; pad < 2 && size > 0 && text[size - 1] == '='; pad++) {
        size--;
    }
    return b64url_decode(out, made, text, size);
}

void bytes_put_utf8(struct str_buf *buf, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t good = str_utf8_prefix(bytes, size);
        str_buf_put_n(buf, bytes, good);
        bytes += good;
        size -= good;
        if (size > 0) {
            str_buf_put(buf, *bytes == '\0' ? "" : "\xef\xbf\xbd");
            str_buf_put_n(buf, bytes, *bytes == '\0' ? 1 : 0); /* NUL is a character here */
            bytes++;
            size--;
        }
    }
}

void bytes_put_latin1(struct str_buf *buf, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char pair[2] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f))};
        str_buf_put_n(buf, c < 0x80 ? bytes + i : pair, c < 0x80 ? 1 : 2);
    }
}
