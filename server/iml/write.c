#include "server/iml/write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/base64.h"
#include "server/iml/bytes.h"
#include "server/iml/calendar.h"

#define DIGITS_MAX 17 /* that tell any two doubles apart */
#define WHOLE_MAX 1e15

/* The fewest digits that read as this number, and the power of ten of the first. */
static int shortest(double number, char digits[DIGITS_MAX + 1])
{
    char text[40] = "";
    for (int precision = 0; precision < DIGITS_MAX; precision++) {
        (void)snprintf(text, sizeof(text), "%.*e", precision, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    char *power = strchr(text, 'e');
    size_t count = 0;
    for (const char *c = text; c < power; c++) {
        if (*c != '.') {
            digits[count++] = *c;
        }
    }
    digits[count] = '\0';
    return (int)strtol(power + 1, NULL, 10);
}

/* ECMA-262 6.1.6.1.20: plain digits from 1e-6 to 1e21. */
static void lay_out(char *out, const char *digits, int power)
{
    size_t count = strlen(digits);
    size_t room = IML_NUMBER_SIZE - 1;
    if (power >= 21 || power < -6) {
        (void)snprintf(out, room, "%.1s%s%se%+d", digits, count > 1 ? "." : "", digits + 1, power);
        return;
    }
    if (power < 0) {
        (void)snprintf(out, room, "0.%.*s%s", -power - 1, "000000", digits);
        return;
    }
    size_t whole = (size_t)power + 1;
    if (count <= whole) {
        (void)snprintf(out, room, "%s%.*s", digits, (int)(whole - count), "000000000000000000000");
        return;
    }
    (void)snprintf(out, room, "%.*s.%s", (int)whole, digits, digits + whole);
}

void iml_write_number(double number, char out[IML_NUMBER_SIZE])
{
    char digits[DIGITS_MAX + 1];
    if (isnan(number)) {
        (void)snprintf(out, IML_NUMBER_SIZE, "NaN");
        return;
    }
    if (isinf(number)) {
        (void)snprintf(out, IML_NUMBER_SIZE, number < 0 ? "-Infinity" : "Infinity");
        return;
    }
    if (fabs(number) < WHOLE_MAX && number == trunc(number)) {
        (void)snprintf(out, IML_NUMBER_SIZE, "%lld", (long long)number);
        return;
    }
    if (number < 0) {
        *out++ = '-';
    }
    int power = shortest(fabs(number), digits);
    lay_out(out, digits, power);
}

static void put_number(struct str_buf *buf, double number)
{
    char text[IML_NUMBER_SIZE];
    iml_write_number(number, text);
    str_buf_put(buf, text);
}

static void put_date(struct str_buf *buf, int64_t at)
{
    char text[CALENDAR_SIZE];
    calendar_write(at, text);
    str_buf_put(buf, text);
}

static void put_items(struct str_buf *buf, const struct iml_value *array)
{
    for (size_t i = 0; i < array->size; i++) {
        str_buf_put(buf, i == 0 ? "" : ",");
        iml_write_text(buf, &array->items[i]);
    }
}

void iml_write_text(struct str_buf *buf, const struct iml_value *value)
{
    switch (value->type) {
    case IML_BOOLEAN:
        str_buf_put(buf, value->boolean ? "true" : "false");
        break;
    case IML_NUMBER:
        put_number(buf, value->number);
        break;
    case IML_TEXT:
        str_buf_put_n(buf, value->bytes, value->size);
        break;
    case IML_BUFFER:
        bytes_put_utf8(buf, value->bytes, value->size);
        break;
    case IML_DATE:
        put_date(buf, value->date);
        break;
    case IML_ARRAY:
        put_items(buf, value);
        break;
    case IML_COLLECTION:
        iml_write_json(buf, value, IML_DATES_AS_TEXT);
        break;
    case IML_UNDEFINED:
    case IML_NULL:
    case IML_TYPE__MAX:
        break;
    }
}

/* RFC 8259 7. */
static void put_quoted(struct str_buf *buf, const char *bytes, size_t size)
{
    static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    size_t done = 0;
    str_buf_put(buf, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= ' ' && c != '"' && c != '\\') {
            continue;
        }
        str_buf_put_n(buf, bytes + done, i - done);
        done = i + 1;
        const char *letter = c == '\0' ? NULL : strchr(letters, c);
        if (letter == NULL) {
            str_buf_printf(buf, "\\u%04x", c);
            continue;
        }
        str_buf_printf(buf, "\\%c", names[letter - letters]);
    }
    str_buf_put_n(buf, bytes + done, size - done);
    str_buf_put(buf, "\"");
}

static void put_bytes(struct str_buf *buf, const struct iml_value *buffer, enum iml_dates dates)
{
    char *text = arena_alloc(buf->arena, BASE64_SIZE(buffer->size) + 2 * buffer->size);
    if (dates == IML_DATES_AS_TEXT) {
        bytes_to_hex(text, buffer->bytes, buffer->size);
        str_buf_printf(buf, "\"%s\"", text);
        return;
    }
    base64_encode(text, buffer->bytes, buffer->size);
    str_buf_printf(buf, "{\"$buffer\":\"%s\"}", text);
}

static void put_json_date(struct str_buf *buf, int64_t at, enum iml_dates dates)
{
    str_buf_put(buf, dates == IML_DATES_MARKED ? "{\"$date\":\"" : "\"");
    put_date(buf, at);
    str_buf_put(buf, dates == IML_DATES_MARKED ? "\"}" : "\"");
}

static void put_array(struct str_buf *buf, const struct iml_value *array, enum iml_dates dates)
{
    str_buf_put(buf, "[");
    for (size_t i = 0; i < array->size; i++) {
        str_buf_put(buf, i == 0 ? "" : ",");
        iml_write_json(buf, &array->items[i], dates);
    }
    str_buf_put(buf, "]");
}

static void put_collection(struct str_buf *buf, const struct iml_value *value, enum iml_dates dates)
{
    str_buf_put(buf, "{");
    for (size_t i = 0; i < value->size; i++) {
        const struct iml_member *member = &value->members[i];
        str_buf_put(buf, i == 0 ? "" : ",");
        put_quoted(buf, member->name, strlen(member->name));
        str_buf_put(buf, ":");
        iml_write_json(buf, &member->value, dates);
    }
    str_buf_put(buf, "}");
}

void iml_write_json(struct str_buf *buf, const struct iml_value *value, enum iml_dates dates)
{
    switch (value->type) {
    case IML_BOOLEAN:
        str_buf_put(buf, value->boolean ? "true" : "false");
        break;
    case IML_NUMBER: /* JSON has no word for the others (ECMA-262 25.5.2.1) */
        isfinite(value->number) ? put_number(buf, value->number) : str_buf_put(buf, "null");
        break;
    case IML_TEXT:
        put_quoted(buf, value->bytes, value->size);
        break;
    case IML_BUFFER:
        put_bytes(buf, value, dates);
        break;
    case IML_DATE:
        put_json_date(buf, value->date, dates);
        break;
    case IML_ARRAY:
        put_array(buf, value, dates);
        break;
    case IML_COLLECTION:
        put_collection(buf, value, dates);
        break;
    case IML_UNDEFINED:
    case IML_NULL:
    case IML_TYPE__MAX:
        str_buf_put(buf, "null");
        break;
    }
}
