#include <string.h>

#include "server/iml/date_text.h"
#include "server/iml/date_token.h"
#include "server/iml/zone.h"

/* One text to be. */
struct writing {
    struct str_buf *out;
    const struct calendar *calendar;
    const char *zone;
    int64_t at;
};

static void put_number(struct str_buf *out, int64_t number, unsigned width)
{
    str_buf_printf(out, "%0*lld", (int)width, (long long)number);
}

static void put_ordinal(struct str_buf *out, int64_t number)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    bool is_teen = number % 100 / 10 == 1;
    int64_t last = number % 10;
    put_number(out, number, 1);
    str_buf_put(out, ends[is_teen || last > 3 ? 0 : last]);
}

static void put_offset(struct str_buf *out, int32_t offset, const char *colon)
{
    int32_t minutes = offset / 60;
    minutes = minutes < 0 ? -minutes : minutes;
    str_buf_printf(out, "%c%02d%s%02d", offset < 0 ? '-' : '+', minutes / 60, colon, minutes % 60);
}

static void put_letters(const struct writing *writing)
{
    struct zone_state state = {0};
    if (zone_at(writing->zone, writing->at / 1000, &state) == 0) {
        str_buf_put(writing->out, state.letters);
    }
}

static void put_fraction(struct str_buf *out, int64_t ms, unsigned width)
{
    put_number(out, width == 1 ? ms / 100 : width == 2 ? ms / 10 : ms, width);
}

static void put_half(struct str_buf *out, int64_t hour, bool is_large)
{
    str_buf_put(out, is_large ? (hour < 12 ? "AM" : "PM") : (hour < 12 ? "am" : "pm"));
}

static void put_name(struct str_buf *out, const char *name, unsigned width)
{
    str_buf_put_n(out, name, width == 0 ? strlen(name) : width);
}

static void put_token(const struct writing *writing, const struct date_token *token)
{
    struct str_buf *out = writing->out;
    int64_t number = token->get == NULL ? 0 : token->get(writing->calendar);
    switch (token->form) {
    case FORM_NUMBER:
        put_number(out, number, token->width);
        break;
    case FORM_ORDINAL:
        put_ordinal(out, number);
        break;
    case FORM_NAME:
        put_name(out, token->names[number - token->first], token->width);
        break;
    case FORM_HALF:
        put_half(out, number, token->is_large);
        break;
    case FORM_FRACTION:
        put_fraction(out, writing->calendar->ms, token->width);
        break;
    case FORM_OFFSET:
        put_offset(out, writing->calendar->offset, token->width == 1 ? "" : ":");
        break;
    case FORM_LETTERS:
        put_letters(writing);
        break;
    case FORM_SECONDS:
        put_number(out, writing->at / 1000, 1);
        break;
    case FORM_MS:
        put_number(out, writing->at, 1);
        break;
    }
}

int date_format(struct str_buf *out, int64_t at, const char *format, const char *zone)
{
    struct calendar calendar = {0};
    int outcome = calendar_split(at, zone, &calendar);
    const struct writing writing = {.out = out, .calendar = &calendar, .zone = zone, .at = at};
    while (outcome == CALENDAR_OK && *format != '\0') {
        size_t size = 0, taken = 0;
        const char *literal = date_token_literal(format, &size, &taken);
        const struct date_token *token = literal == NULL ? date_token_find(format) : NULL;
        if (token != NULL) {
            put_token(&writing, token);
            format += strlen(token->text);
            continue;
        }
        str_buf_put_n(out, literal == NULL ? format : literal, literal == NULL ? 1 : size);
        format += literal == NULL ? 1 : taken;
    }
    return outcome;
}
