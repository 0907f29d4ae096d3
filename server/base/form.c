#include "server/base/form.h"

#include <stdint.h>
#include <string.h>

#include "server/base/str.h"

/* Decodes once: what a second decoding would make of `%2525` is nobody's business. `*out` gets the
 * text, or when it is refused its well-formed beginning. */
static int decode(struct arena *arena, const char *at, const char *end, const char **out)
{
    char *text = arena_alloc(arena, (size_t)(end - at) + 1);
    size_t size = 0;
    int outcome = FORM_OK;
    while (at < end && outcome == FORM_OK) {
        bool is_plus = *at == '+';
        int byte = str_percent_next(&at, end);
        if (byte < 0) {
            outcome = FORM_BAD_ENCODING;
        } else if (byte == 0) {
            outcome = FORM_NUL;
        } else {
            text[size++] = is_plus ? ' ' : (char)byte;
        }
    }
    size_t valid = str_utf8_prefix(text, size);
    text[valid] = '\0';
    *out = text;
    return outcome == FORM_OK && valid < size ? FORM_NOT_UTF8 : outcome;
}

static int parse_field(struct arena *arena, const char *at, const char *end,
                       struct form_field *field)
{
    const char *equals = memchr(at, '=', (size_t)(end - at));
    int outcome = decode(arena, at, equals ? equals : end, &field->name);
    field->value = "";
    if (outcome || !equals) {
        return outcome;
    }
    return decode(arena, equals + 1, end, &field->value);
}

/* The fields there can be: one more than there are ampersands. */
static size_t count_pieces(const char *bytes, size_t size)
{
    size_t count = 1;
    for (size_t i = 0; i < size; i++) {
        count += bytes[i] == '&';
    }
    return count;
}

static int refuse(struct form *form, int outcome)
{
    *form = (struct form){.count = 0};
    return outcome;
}

int form_parse(struct arena *arena, const char *bytes, size_t size, struct form *form,
               const char **bad_name)
{
    bytes = size > 0 ? bytes : ""; /* C17 6.5.6: nothing may be added to NULL, not even 0 */
    size_t pieces = count_pieces(bytes, size);
    size_t room = pieces < FORM_FIELDS_MAX ? pieces : FORM_FIELDS_MAX;
    struct form_field *fields = arena_alloc(arena, room * sizeof(*fields));
    const char *end = bytes + size;
    size_t count = 0;
    *bad_name = "";
    while (bytes < end) {
        const char *ampersand = memchr(bytes, '&', (size_t)(end - bytes));
        const char *stop = ampersand ? ampersand : end;
        const char *piece = bytes;
        bytes = ampersand ? ampersand + 1 : end;
        if (piece == stop) {
            continue;
        }
        if (count == FORM_FIELDS_MAX) {
            return refuse(form, FORM_TOO_MANY);
        }
        int outcome = parse_field(arena, piece, stop, &fields[count]);
        if (outcome) {
            *bad_name = fields[count].name;
            return refuse(form, outcome);
        }
        count++;
    }
    *form = (struct form){.fields = fields, .count = count};
    return FORM_OK;
}

const char *form_get(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) {
            return *form->fields[i].value ? form->fields[i].value : NULL;
        }
    }
    return NULL;
}

size_t form_count(const struct form *form, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        count += strcmp(form->fields[i].name, name) == 0;
    }
    return count;
}

bool form_has(const struct form *form, const char *name, const char *value)
{
    for (size_t i = 0; i < form->count; i++) {
        if (str_equal(form->fields[i].name, name) && str_equal(form->fields[i].value, value)) {
            return true;
        }
    }
    return false;
}

const char *form_repeated(const struct form *form, const char *but)
{
    for (size_t i = 0; i < form->count; i++) {
        const char *name = form->fields[i].name;
        if ((but == NULL || strcmp(name, but) != 0) && form_count(form, name) > 1) {
            return name;
        }
    }
    return NULL;
}

char *form_encode(struct arena *arena, const struct form_field *fields, size_t count)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    str_buf_put_n(&buf, "", 0);
    for (size_t i = 0; i < count; i++) {
        str_buf_put(&buf, i ? "&" : "");
        str_buf_put(&buf, str_percent_encode(arena, fields[i].name));
        str_buf_put(&buf, "=");
        str_buf_put(&buf, str_percent_encode(arena, fields[i].value));
    }
    return buf.text;
}
