#include "server/base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool str_equal(const char *a, const char *b)
{
    if (!a || !b) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix)
{
    size_t size = strlen(text);
    size_t end = strlen(suffix);
    return size >= end && memcmp(text + size - end, suffix, end) == 0;
}

const char *str_next_word(const char **at, size_t *size)
{
    const char *word = *at + strspn(*at, " ");
    *size = strcspn(word, " ");
    *at = word + *size;
    return *size ? word : NULL;
}

bool str_has_word(const char *list, const char *word)
{
    size_t wanted = strlen(word);
    size_t size;
    const char *found;
    while ((found = str_next_word(&list, &size))) {
        if (size == wanted && memcmp(found, word, size) == 0) {
            return true;
        }
    }
    return false;
}

const char *str_with_word(struct arena *arena, const char *list, const char *word)
{
    if (str_has_word(list, word)) {
        return list;
    }
    return arena_printf(arena, "%s%s%s", list, *list != '\0' ? " " : "", word);
}

const char *str_words_without(struct arena *arena, const char *list, const char *other)
{
    struct str_buf rest;
    const char *word;
    size_t size;
    str_buf_init(&rest, arena);
    while ((word = str_next_word(&list, &size))) {
        if (!str_has_word(other, arena_strndup(arena, word, size))) {
            str_buf_put(&rest, rest.size ? " " : "");
            str_buf_put_n(&rest, word, size);
        }
    }
    return str_buf_text(&rest);
}

/* RFC 3629 4: what may follow a first byte. The second byte's range excludes the long forms, the
 * surrogates and what lies beyond U+10FFFF; all later bytes are 80..BF. */
static const struct {
    uint8_t first_min, first_max, second_min, second_max, size;
} utf8_table[] = {
    {0x01, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool follows(const uint8_t *at, size_t row)
{
    if (at[1] < utf8_table[row].second_min || at[1] > utf8_table[row].second_max) {
        return false;
    }
    for (size_t i = 2; i < utf8_table[row].size; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) {
            return false;
        }
    }
    return true;
}

size_t str_utf8_char(const char *bytes, size_t size)
{
    const uint8_t *at = (const uint8_t *)bytes;
    size_t row = 0;
    if (size == 0) {
        return 0;
    }
    while (row < COUNT(utf8_table) &&
           (at[0] < utf8_table[row].first_min || at[0] > utf8_table[row].first_max)) {
        row++;
    }
    if (row == COUNT(utf8_table) || utf8_table[row].size > size) {
        return 0;
    }
    if (utf8_table[row].size > 1 && !follows(at, row)) {
        return 0;
    }
    return utf8_table[row].size;
}

size_t str_utf8_prefix(const char *bytes, size_t size)
{
    size_t valid = 0;
    size_t step;
    while ((step = str_utf8_char(bytes + valid, size - valid)) > 0) {
        valid += step;
    }
    return valid;
}

bool str_is_utf8(const char *bytes, size_t size)
{
    return str_utf8_prefix(bytes, size) == size;
}

bool str_to_int64(const char *text, int64_t min, int64_t max, int64_t *out)
{
    const char *digits = *text == '-' ? text + 1 : text;
    if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        return false;
    }
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno || value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

static bool is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static char *put_escaped(char *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    *out++ = '%';
    *out++ = hex[(uint8_t)c >> 4];
    *out++ = hex[(uint8_t)c & 15];
    return out;
}

char *str_percent_encode(struct arena *arena, const char *text)
{
    char *result = arena_alloc(arena, 3 * strlen(text) + 1);
    char *out = result;
    for (; *text; text++) {
        if (is_unreserved(*text)) {
            *out++ = *text;
        } else {
            out = put_escaped(out, *text);
        }
    }
    return result;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int str_percent_next(const char **at, const char *end)
{
    const char *text = (*at)++;
    if (*text != '%') {
        return (uint8_t)*text;
    }
    int high = end - text < 3 ? -1 : hex_value(text[1]);
    int low = high < 0 ? -1 : hex_value(text[2]);
    if (low < 0) {
        return -1;
    }
    *at = text + 3;
    return high * 16 + low;
}

char *str_error_text(struct arena *arena, const char *text)
{
    char *result = arena_alloc(arena, 3 * strlen(text) + 1);
    char *out = result;
    for (; *text; text++) {
        if (*text == '"') {
            *out++ = '\'';
        } else if (*text == '\\') {
            *out++ = '/';
        } else if (*text >= 0x20 && *text <= 0x7E) {
            *out++ = *text;
        } else {
            out = put_escaped(out, *text);
        }
    }
    return result;
}

#define BUF_FIRST_ROOM 256

void str_buf_init(struct str_buf *buf, struct arena *arena)
{
    *buf = (struct str_buf){.arena = arena};
}

/* Room for `size` more bytes and the NUL. The text outgrown stays in the arena until its reset. */
static void reserve(struct str_buf *buf, size_t size)
{
    size_t needed = buf->size + size + 1;
    if (needed <= buf->room) {
        return;
    }
    size_t room = buf->room ? buf->room * 2 : BUF_FIRST_ROOM;
    if (room < needed) {
        room = needed;
    }
    char *text = arena_alloc(buf->arena, room);
    if (buf->size) {
        memcpy(text, buf->text, buf->size);
    }
    buf->text = text;
    buf->room = room;
}

void str_buf_put_n(struct str_buf *buf, const char *bytes, size_t size)
{
    reserve(buf, size);
    if (size) {
        memcpy(buf->text + buf->size, bytes, size);
    }
    buf->size += size;
    buf->text[buf->size] = '\0';
}

void str_buf_put(struct str_buf *buf, const char *text)
{
    str_buf_put_n(buf, text, strlen(text));
}

void str_buf_printf(struct str_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(buf->arena, format, arguments);
    va_end(arguments);
    str_buf_put(buf, text);
}

const char *str_buf_text(struct str_buf *buf)
{
    reserve(buf, 0);
    return buf->text;
}
