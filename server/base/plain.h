/* Text of others, to be shown in a terminal: nothing in it moves the cursor, begins a line, or
 * turns what is read around. */
#ifndef MAKESHIFT_BASE_PLAIN_H
#define MAKESHIFT_BASE_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"

/* Whether these bytes, one character of UTF-8 or, where `size` is 0, none, may stand there. */
bool plain_is_shown(const char *bytes, size_t size);

/* A copy in one line: with a question mark in the place of each control character, of each that
 * directs bidirectional text or cannot be seen, and of each byte that is no UTF-8. */
char *plain_line(struct arena *arena, const char *text);

/* The same of JSON, in which these characters stand as \u escapes then: it says what it said. A
 * line feed, which stands between values alone, stays. */
const char *plain_json(struct arena *arena, const char *json);

#endif
