/* Strings: NUL-terminated UTF-8 unless a length is named. */
#ifndef MAKESHIFT_BASE_STR_H
#define MAKESHIFT_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

bool str_equal(const char *a, const char *b); /* two NULLs are equal */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

/* True when `word` is one of the words of `list`, which single spaces separate (as RFC 6749's
 * scope). */
bool str_has_word(const char *list, const char *word);

/* Walks the words of a space-separated list: `*at` starts as the list; returns a word and its
 * length through `size`, or NULL at the end. Runs of spaces count as one. */
const char *str_next_word(const char **at, size_t *size);

/* The list with `word` at its end, unless it holds it already; and the words of `list` that `other`
 * does not hold. */
const char *str_with_word(struct arena *arena, const char *list, const char *word);
const char *str_words_without(struct arena *arena, const char *list, const char *other);

/* True when the bytes are well-formed UTF-8 (RFC 3629) without NUL. */
bool str_is_utf8(const char *bytes, size_t size);

/* The size in bytes of the character `bytes` begins with, or 0 when they begin with none; and of
 * the longest beginning that is well-formed. */
size_t str_utf8_char(const char *bytes, size_t size);
size_t str_utf8_prefix(const char *bytes, size_t size);

/* A decimal integer with nothing around it; false when it is not one or leaves [min, max]. */
bool str_to_int64(const char *text, int64_t min, int64_t max, int64_t *out);

/* Percent-encodes everything but RFC 3986's unreserved characters: for a query or fragment value.
 */
char *str_percent_encode(struct arena *arena, const char *text);

/* The next byte of a percent-encoded text, and `*at` behind it: of %XX what it stands for, else the
 * byte as it is (RFC 3986 2.1). -1 for a % without two hex digits; `*at` is then behind the %.
 * `*at` is before `end`. */
MUST_USE int str_percent_next(const char **at, const char *end);

/* Text for a place that takes %x20-21 / %x23-5B / %x5D-7E (RFC 6749 4.1.2.1, 5.2: error and
 * error_description; RFC 6750 3): a double quote becomes a single one, a backslash a slash, any
 * other stray byte %XX. */
char *str_error_text(struct arena *arena, const char *text);

/* A growing text in an arena. `str_buf_text` gives the NUL-terminated text so far. */
struct str_buf {
    struct arena *arena;
    char *text;
    size_t size;
    size_t room;
};
void str_buf_init(struct str_buf *buf, struct arena *arena);
void str_buf_put(struct str_buf *buf, const char *text);
void str_buf_put_n(struct str_buf *buf, const char *bytes, size_t size);
void str_buf_printf(struct str_buf *buf, const char *format, ...) PRINTF(2, 3);
const char *str_buf_text(struct str_buf *buf);

#endif
