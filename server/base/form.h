/* application/x-www-form-urlencoded, read strictly (RFC 6749 Appendix B; WHATWG URL 5.1). */
#ifndef MAKESHIFT_BASE_FORM_H
#define MAKESHIFT_BASE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

struct form_field {
    const char *name;
    const char *value; /* never NULL; empty when sent empty */
};

struct form {
    const struct form_field *fields; /* in the order sent */
    size_t count;
};

enum form_outcome {
    FORM_OK = 0,
    FORM_BAD_ENCODING = 1, /* a % without two hex digits */
    FORM_NUL = 2,          /* %00 or a NUL byte */
    FORM_NOT_UTF8 = 3,
    FORM_TOO_MANY = 4, /* more than FORM_FIELDS_MAX fields */
};
#define FORM_FIELDS_MAX 256

/* Decodes `size` bytes into `form`, in the arena. + is a space, names and values are
 * percent-decoded once. Empty pieces (`a=1&&b=2`) are skipped; a piece without = has an empty
 * value. Returns an enum form_outcome; when positive, `*bad_name` names the offending field (masked
 * to its valid beginning; maybe empty) and `form` is empty. */
MUST_USE int form_parse(struct arena *arena, const char *bytes, size_t size, struct form *form,
                        const char **bad_name);

/* The value of `name`, or NULL when it was not sent or sent empty: RFC 6749 3.1 and 3.2 treat a
 * parameter without a value as omitted. The first one, when sent more than once. */
const char *form_get(const struct form *form, const char *name);

/* How often `name` was sent, empty values included. */
size_t form_count(const struct form *form, const char *name);

/* Whether one of the fields `name` has that value. */
bool form_has(const struct form *form, const char *name, const char *value);

/* The first name that was sent more than once, or NULL. RFC 6749 3.1, 3.2: it must not be. `but` is
 * passed over (NULL: none is). */
const char *form_repeated(const struct form *form, const char *but);

/* name=value&name=value, encoded. */
char *form_encode(struct arena *arena, const struct form_field *fields, size_t count);

#endif
