/* A value of Make's expression language. Values are immutable and share what they are made of; all
 * of it is in an arena. */
#ifndef MAKESHIFT_IML_VALUE_H
#define MAKESHIFT_IML_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"

enum iml_type {
    IML_UNDEFINED, /* what is not there */
    IML_NULL,
    IML_BOOLEAN,
    IML_NUMBER,
    IML_TEXT,   /* UTF-8; may hold NUL */
    IML_DATE,   /* milliseconds since 1970-01-01T00:00:00Z */
    IML_BUFFER, /* any bytes */
    IML_ARRAY,
    IML_COLLECTION,
    IML_TYPE__MAX
};
extern const char *const iml_type_names[IML_TYPE__MAX]; /* "undefined", "a text", ... */

struct iml_member;

struct iml_value {
    enum iml_type type;
    size_t size; /* of a text or buffer its bytes, of an array or collection what it holds */
    union {
        bool boolean;
        double number;
        int64_t date;
        const char *bytes; /* a NUL stands behind them */
        const struct iml_value *items;
        const struct iml_member *members;
    };
};

struct iml_member {
    const char *name;
    struct iml_value value; /* never undefined */
};

extern const struct iml_value iml_undefined;
struct iml_value iml_boolean(bool boolean);
struct iml_value iml_number(double number);
struct iml_value iml_date(int64_t at);
struct iml_value iml_text(const char *text); /* borrowed, as all that follows */
struct iml_value iml_text_n(const char *bytes, size_t size);
struct iml_value iml_buffer(const char *bytes, size_t size);
struct iml_value iml_array(const struct iml_value *items, size_t count);
struct iml_value iml_collection(const struct iml_member *members, size_t count);

/* undefined, null, false, 0, NaN and the empty text are not true (ECMAScript's ToBoolean). */
bool iml_is_true(const struct iml_value *value);

/* undefined, null or the empty text. */
bool iml_is_empty(const struct iml_value *value);

/* Neither undefined nor null. */
bool iml_is_there(const struct iml_value *value);

/* Of the same type, and the same throughout. */
bool iml_same(const struct iml_value *a, const struct iml_value *b);

/* The member of a collection; undefined when there is none, or the value is none. */
struct iml_value iml_member(const struct iml_value *value, const char *name);

/* How JSON has what it has no word for: dates and buffers as texts (ISO 8601, hexadecimal), so that
 * they are read as such; or as {"$date": ISO} and {"$buffer": BASE64}, which are read as they were.
 */
enum iml_dates { IML_DATES_AS_TEXT, IML_DATES_MARKED };

/* What jansson is told when it parses for iml_read: texts may hold NUL, and a whole number of any
 * size is a number, as all are doubles here. */
#define IML_JSON (JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL)

/* The value of a JSON value. How deep it goes is bounded by who parsed it. */
struct iml_value iml_read(struct arena *arena, json_t *json, enum iml_dates dates);

/* Why a value marked as a date or as a buffer, anywhere in the JSON, is none; NULL: all are. */
const char *iml_mark_fault(struct arena *arena, json_t *json);

#endif
