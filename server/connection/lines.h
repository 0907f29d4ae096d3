/* In which line of a JSON text each of its values begins. */
#ifndef MAKESHIFT_CONNECTION_LINES_H
#define MAKESHIFT_CONNECTION_LINES_H

#include "server/base/arena.h"
#include "server/base/shape.h"

#define LINES_DEPTH_MAX 2048 /* values in one another: jansson reads no more */

struct lines;

/* Reads a text once, which is JSON; it is borrowed. */
struct lines *lines_read(struct arena *arena, const char *text, size_t size);

/* The line of the value, from 1; of what is not there, that of what it should be in. Names are
 * compared as they were written. */
size_t lines_of(const struct lines *lines, const struct place *place);

#endif
