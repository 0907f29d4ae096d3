/* What libmicrohttpd 0.9 hides from its callers, told from where header lines lie in its read buffer.
 *
 * The library ends a value at a NUL byte, as if nothing had followed, and glues a folded line
 * (RFC 9112 5.2) to the *name* before it. Both are ways to show one request to a proxy and another to
 * us. A sound header lies as `name`, NUL (it was the colon), blanks, `value`, and one or two NULs (they
 * were the line's end), and the next follows at once. */
#ifndef MAKESHIFT_HTTP_WIRE_H
#define MAKESHIFT_HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct wire_field {
    const char *name;
    size_t name_size;
    const char *value;
    size_t value_size;
};

/* What is wrong with the field itself, or NULL. */
const char *wire_flaw(const struct wire_field *field);

/* What is wrong between a field and the next one, or NULL. */
const char *wire_flaw_between(const struct wire_field *field, const struct wire_field *next);

/* What is wrong between the last field and the empty line that ends the headers, or NULL. */
const char *wire_flaw_behind(const struct wire_field *last);

#endif
