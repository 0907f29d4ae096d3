/* Texts as characters, of which Unicode has one number each. */
#ifndef MAKESHIFT_IML_CHARACTERS_H
#define MAKESHIFT_IML_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"
#include "server/iml/value.h"

/* The character at `*at`, which goes on behind it; `*at` is before `end`. What is no UTF-8 is a
 * character by itself. */
uint32_t characters_next(const char **at, const char *end);

void characters_put(struct str_buf *buf, uint32_t character);

/* How many there are. */
size_t characters_count(const struct iml_value *text);

/* The bytes in front of the character of this number, from 0; all of them beyond the end. */
size_t characters_offset(const struct iml_value *text, size_t number);

/* In upper case, and in lower case, where Unicode has one character for it. */
uint32_t characters_upper(uint32_t character);
uint32_t characters_lower(uint32_t character);
bool characters_is_letter(uint32_t character);

/* The ASCII letter that is left of a Latin one without its marks; 0: none. */
char characters_bare(uint32_t character);

bool characters_is_emoji(uint32_t character);

#endif
