#include "server/base/plain.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"

/* Unicode's control characters, line separators, and invisible ones that format. */
static const struct {
    unsigned long from, to;
} hidden_table[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},   {0x180e, 0x180e},   {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xe0000, 0xe007f},
};

static bool is_hidden(unsigned long code)
{
    size_t row = 0;
    if (code >= ' ' && code <= '~') {
        return false; /* most are */
    }
    while (row < COUNT(hidden_table) &&
           (code < hidden_table[row].from || code > hidden_table[row].to)) {
        row++;
    }
    return row < COUNT(hidden_table);
}

/* Of `size` bytes that are one character of UTF-8. */
static unsigned long code_of(const char *bytes, size_t size)
{
    unsigned long code = (unsigned char)bytes[0];
    code &= size == 1 ? 0x7fUL : 0xffUL >> (size + 1);
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | ((unsigned char)bytes[i] & 0x3fUL);
    }
    return code;
}

static void put_escape(struct str_buf *out, unsigned long code)
{
    if (code > 0xffff) {
        code -= 0x10000; /* RFC 8259 7: as a surrogate pair */
        str_buf_printf(out, "\\u%04lx\\u%04lx", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
    } else {
        str_buf_printf(out, "\\u%04lx", code);
    }
}

bool plain_is_shown(const char *bytes, size_t size)
{
    return size > 0 && !is_hidden(code_of(bytes, size));
}

enum instead { INSTEAD_MARK, INSTEAD_ESCAPE };

static char *plain(struct arena *arena, const char *text, enum instead instead)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    str_buf_put(&out, "");
    for (size_t left = strlen(text), size = 0; left > 0; text += size, left -= size) {
        size_t character = str_utf8_char(text, left);
        size = character == 0 ? 1 : character;
        bool is_between = *text == '\n' && instead == INSTEAD_ESCAPE;
        if (is_between || plain_is_shown(text, character)) {
            str_buf_put_n(&out, text, size);
        } else if (character > 0 && instead == INSTEAD_ESCAPE) {
            put_escape(&out, code_of(text, size));
        } else {
            str_buf_put(&out, "?");
        }
    }
    return out.text;
}

char *plain_line(struct arena *arena, const char *text)
{
    return plain(arena, text, INSTEAD_MARK);
}

const char *plain_json(struct arena *arena, const char *json)
{
    return plain(arena, json, INSTEAD_ESCAPE);
}
