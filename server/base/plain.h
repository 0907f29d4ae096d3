/* Text of others, to be shown in a terminal: nothing in it moves the cursor, begins a line, or
 * turns what is read around. */
#ifndef MAKESHIFT_BASE_PLAIN_H
#define MAKESHIFT_BASE_PLAIN_H

#include "server/base/arena.h"

/* A copy in one line: with a question mark in the place of each control character, of each that
 * directs bidirectional text or cannot be seen, and of each byte that is no UTF-8. */
char *plain_line(struct arena *arena, const char *text);

/* The same of JSON, in which these characters stand as \u escapes then: it says what it said. A
 * line feed, which stands between values alone, stays. */
const char *plain_json(struct arena *arena, const char *json);

#endif
