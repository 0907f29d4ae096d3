#include "server/iml/characters.h"

#include <locale.h>
#include <pthread.h>
#include <string.h>
#include <wctype.h>

#include "server/base/attr.h"

static locale_t unicode; /* C.UTF-8; 0 where the system has none: then ASCII alone has cases */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_locale(void)
{
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static bool has_cases(void)
{
    pthread_once(&once, open_locale);
    return unicode != (locale_t)0;
}

uint32_t characters_next(const char **at, const char *end)
{
    static const uint8_t masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t size = str_utf8_char(*at, (size_t)(end - *at));
    size = size == 0 ? 1 : size; /* NUL, or a stray byte */
    uint32_t character = (uint8_t) * *at & (uint32_t)masks[size];
    for (size_t i = 1; i < size; i++) {
        character = character << 6 | ((uint8_t)(*at)[i] & 0x3f);
    }
    *at += size;
    return character;
}

void characters_put(struct str_buf *buf, uint32_t character)
{
    static const uint8_t firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    char bytes[4];
    for (size_t i = size - 1; i > 0; i--, character >>= 6) {
        bytes[i] = (char)(0x80 | (character & 0x3f));
    }
    bytes[0] = (char)(firsts[size] | character);
    str_buf_put_n(buf, bytes, size);
}

size_t characters_count(const struct iml_value *text)
{
    size_t count = 0;
    const char *end = text->bytes + text->size;
    for (const char *at = text->bytes; at < end; count++) {
        (void)characters_next(&at, end);
    }
    return count;
}

size_t characters_offset(const struct iml_value *text, size_t number)
{
    const char *at = text->bytes, *end = text->bytes + text->size;
    while (number > 0 && at < end) {
        (void)characters_next(&at, end);
        number--;
    }
    return (size_t)(at - text->bytes);
}

uint32_t characters_upper(uint32_t character)
{
    return has_cases() ? (uint32_t)towupper_l((wint_t)character, unicode)
                       : (uint32_t)towupper((wint_t)character);
}

uint32_t characters_lower(uint32_t character)
{
    return has_cases() ? (uint32_t)towlower_l((wint_t)character, unicode)
                       : (uint32_t)towlower((wint_t)character);
}

bool characters_is_letter(uint32_t character)
{
    return has_cases() ? iswalnum_l((wint_t)character, unicode) != 0
                       : iswalnum((wint_t)character) != 0;
}

/* U+00C0 to U+017F; a space where no letter is left. */
#define BARE_FIRST 0xc0
static const char bare[] = "AAAAAA CEEEEIIII NOOOOO OUUUUY  aaaaaa ceeeeiiii nooooo ouuuuy y"
                           "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi  JjKk LlLlLl "
                           " LlNnNnNn   OoOoOo  RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZz ";

char characters_bare(uint32_t character)
{
    if (character < BARE_FIRST || character >= BARE_FIRST + sizeof(bare) - 1) {
        return 0;
    }
    char letter = bare[character - BARE_FIRST];
    return (char)(letter == ' ' ? 0 : letter);
}

/* Blocks of pictographs, what joins and varies them, flags and tags. */
static const struct {
    uint32_t first, last;
} emoji[] = {
    {0x200d, 0x200d}, {0x20e3, 0x20e3},   {0x2600, 0x27bf},   {0x2b00, 0x2bff},
    {0xfe0f, 0xfe0f}, {0x1f000, 0x1faff}, {0xe0020, 0xe007f},
};

bool characters_is_emoji(uint32_t character)
{
    for (size_t i = 0; i < COUNT(emoji); i++) {
        if (character >= emoji[i].first && character <= emoji[i].last) {
            return true;
        }
    }
    return false;
}
