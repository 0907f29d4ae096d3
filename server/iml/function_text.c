/* Functions of texts. */
#include <string.h>

#include "server/iml/characters.h"
#include "server/iml/function.h"
#include "server/iml/operator.h"
#include "server/iml/write.h"

/* Maps the characters of the first argument. */
static int map_characters(struct iml_call *call, uint32_t (*map)(uint32_t),
                          struct iml_value *result)
{
    struct iml_value text = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0 || iml_spend(call->iml, text.size / 16) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes, *end = at + text.size; at < end;) {
        characters_put(&out, map(characters_next(&at, end)));
    }
    return argument_give_text(call, &out, result);
}

static int run_lower(struct iml_call *call, struct iml_value *result)
{
    return map_characters(call, characters_lower, result);
}

static int run_upper(struct iml_call *call, struct iml_value *result)
{
    return map_characters(call, characters_upper, result);
}

static int run_capitalize(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    const char *at = text.bytes, *end = at + text.size;
    str_buf_init(&out, call->iml->arena);
    if (at < end) {
        characters_put(&out, characters_upper(characters_next(&at, end)));
    }
    str_buf_put_n(&out, at, (size_t)(end - at));
    return argument_give_text(call, &out, result);
}

/* The first letter of each word large, the others small. */
static int run_startcase(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    struct str_buf out;
    bool in_word = false;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes, *end = at + text.size; at < end;) {
        uint32_t c = characters_next(&at, end);
        characters_put(&out, in_word ? characters_lower(c) : characters_upper(c));
        in_word = characters_is_letter(c) || c == '\'';
    }
    return argument_give_text(call, &out, result);
}

static int run_ascii(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    const struct iml_value strips = argument_value(call, 1);
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes, *end = at + text.size; at < end;) {
        uint32_t c = characters_next(&at, end);
        char letter = (char)(c < 0x80 ? c : 0);
        letter = letter == 0 && iml_is_true(&strips) ? characters_bare(c) : letter;
        str_buf_put_n(&out, &letter, letter == 0 ? 0 : 1);
    }
    return argument_give_text(call, &out, result);
}

static int run_trim(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    if (argument_text(call, 0, &text) != 0) {
        return 1;
    }
    const char *at = text.bytes, *end = at + text.size;
    while (at < end && *at != '\0' && strchr(" \t\r\n\v\f", *at) != NULL) {
        at++;
    }
    while (end > at && end[-1] != '\0' && strchr(" \t\r\n\v\f", end[-1]) != NULL) {
        end--;
    }
    *result = iml_text(arena_strndup(call->iml->arena, at, (size_t)(end - at)));
    return iml_make(call->iml, (size_t)(end - at), 1) == NULL ? 1 : 0;
}

static size_t clamp(int64_t number, size_t most)
{
    return number < 0 ? 0 : (uint64_t)number > most ? most : (size_t)number;
}

/* ECMAScript's String.prototype.substring: what is below 0 is 0, and the ends may be given in
 * either order. */
static int run_substring(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0};
    int64_t start = 0, end = 0;
    if (argument_text(call, 0, &text) != 0 || argument_integer(call, 1, 0, &start) != 0 ||
        argument_integer(call, 2, INT64_MAX, &end) != 0) {
        return 1;
    }
    size_t from = characters_offset(&text, clamp(start < end ? start : end, text.size));
    size_t to = characters_offset(&text, clamp(start < end ? end : start, text.size));
    const char *bytes = iml_make_text(call->iml, text.bytes + from, to - from);
    *result = iml_text_n(bytes, to - from);
    return bytes == NULL ? 1 : 0;
}

static int run_index_of(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0}, sought = {0};
    int64_t start = 0;
    if (argument_text(call, 0, &text) != 0 || argument_text(call, 1, &sought) != 0 ||
        argument_integer(call, 2, 0, &start) != 0) {
        return 1;
    }
    size_t from = characters_offset(&text, clamp(start, text.size));
    const char *found = memmem(text.bytes + from, text.size - from, sought.bytes, sought.size);
    const struct iml_value before =
        iml_text_n(text.bytes, found == NULL ? 0 : (size_t)(found - text.bytes));
    *result = iml_number(found == NULL ? -1 : (double)characters_count(&before));
    return 0;
}

static bool is_pattern(const struct iml_value *text)
{
    const char *last =
        text->size > 1 && text->bytes[0] == '/' ? memrchr(text->bytes, '/', text->size) : NULL;
    return last != NULL && last > text->bytes &&
           strspn(last + 1, "gimsuy") == text->size - (size_t)(last + 1 - text->bytes);
}

static int run_replace(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0}, sought = {0}, by = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0 || argument_text(call, 1, &sought) != 0 ||
        argument_text(call, 2, &by) != 0) {
        return 1;
    }
    if (is_pattern(&sought)) {
        return iml_refuse(call->iml, "replace with a regular expression cannot run here");
    }
    str_buf_init(&out, call->iml->arena);
    const char *at = text.bytes, *end = at + text.size, *found;
    while (sought.size > 0 &&
           (found = memmem(at, (size_t)(end - at), sought.bytes, sought.size)) != NULL) {
        str_buf_put_n(&out, at, (size_t)(found - at));
        str_buf_put_n(&out, by.bytes, by.size);
        at = found + sought.size;
        if (iml_spend(call->iml, 1) != 0 || iml_make(call->iml, by.size, 1) == NULL) {
            return 1;
        }
    }
    str_buf_put_n(&out, at, (size_t)(end - at));
    return argument_give_text(call, &out, result);
}

static int run_replace_emoji(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0}, by = {0};
    struct str_buf out;
    if (argument_text(call, 0, &text) != 0 || argument_text(call, 1, &by) != 0) {
        return 1;
    }
    str_buf_init(&out, call->iml->arena);
    for (const char *at = text.bytes, *end = at + text.size; at < end;) {
        uint32_t c = characters_next(&at, end);
        if (!characters_is_emoji(c)) {
            characters_put(&out, c);
            continue;
        }
        str_buf_put_n(&out, by.bytes, by.size);
        if (iml_make(call->iml, by.size, 1) == NULL) {
            return 1;
        }
    }
    return argument_give_text(call, &out, result);
}

/* The characters themselves where nothing separates them. */
static size_t piece(const char *at, const char *end, const struct iml_value *separator)
{
    if (separator->size == 0) {
        const char *next = at;
        (void)characters_next(&next, end);
        return (size_t)(next - at);
    }
    const char *found = memmem(at, (size_t)(end - at), separator->bytes, separator->size);
    return (size_t)((found == NULL ? end : found) - at);
}

static int run_split(struct iml_call *call, struct iml_value *result)
{
    struct iml_value text = {0}, separator = {0};
    if (argument_text(call, 0, &text) != 0 || argument_text(call, 1, &separator) != 0) {
        return 1;
    }
    struct iml_value *items = iml_make(call->iml, text.size + 1, sizeof(*items));
    size_t count = 0;
    const char *at = text.bytes, *end = at + text.size;
    while (items != NULL) {
        size_t size = at < end ? piece(at, end, &separator) : 0;
        char *bytes = iml_make_text(call->iml, at, size);
        if (bytes == NULL || iml_spend(call->iml, 1) != 0) {
            return 1;
        }
        items[count++] = iml_text_n(bytes, size);
        if (at + size >= end) {
            break;
        }
        at += size + separator.size;
    }
    *result = iml_array(items, separator.size == 0 && text.size == 0 ? 0 : count);
    return items == NULL ? 1 : 0;
}

static int run_to_string(struct iml_call *call, struct iml_value *result)
{
    return argument_text(call, 0, result);
}

const struct iml_function function_text[] = {
    {.name = "ascii",
     .takes = "text, removeDiacritics?",
     .meaning = "the text without what is not ASCII; with true, letters stay without their marks",
     .run = run_ascii},
    {.name = "capitalize",
     .takes = "text",
     .meaning = "the text with its first letter in upper case",
     .run = run_capitalize},
    {.name = "indexOf",
     .takes = "text, search, start?",
     .meaning = "where the search text begins, counted from 0; -1 when it does not",
     .run = run_index_of},
    {.name = "lower", .takes = "text", .meaning = "the text in lower case", .run = run_lower},
    {.name = "replace",
     .takes = "text, search, replacement",
     .meaning = "the text with another in each place of the search text",
     .run = run_replace},
    {.name = "replaceEmojiCharacters",
     .takes = "text, replacement?",
     .meaning = "the text with another in the place of each emoji",
     .run = run_replace_emoji},
    {.name = "split",
     .takes = "text, separator?",
     .meaning = "the pieces between the separators; without one, the characters",
     .run = run_split},
    {.name = "startcase",
     .takes = "text",
     .meaning = "the text with each word's first letter in upper case, and the others in lower",
     .run = run_startcase},
    {.name = "substring",
     .takes = "text, start, end?",
     .meaning = "the characters from one position, counted from 0, to in front of another",
     .run = run_substring},
    {.name = "toString", .takes = "value", .meaning = "the value as a text", .run = run_to_string},
    {.name = "trim",
     .takes = "text",
     .meaning = "the text without space at its ends",
     .run = run_trim},
    {.name = "upper", .takes = "text", .meaning = "the text in upper case", .run = run_upper},
    {.name = NULL},
};
