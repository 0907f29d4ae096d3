/* fixtures/make/collections.json, read: each word is known and of its type, or nothing is read. */
#ifndef MAKESHIFT_CATALOGUE_COLLECTIONS_H
#define MAKESHIFT_CATALOGUE_COLLECTIONS_H

#include <stddef.h>

#include "server/base/arena.h"
#include "server/catalogue/collection.h"

struct collections;

/* NULL when the content is none: `*problem` is then one line with the collection and the word as a
 * JSON pointer, what stood there, and what was expected or the nearest word. The arena is borrowed,
 * and keeps the line. */
struct collections *collections_new(struct arena *arena, const char *content, const char **problem);
void collections_free(struct collections *collections); /* NULL is fine */

/* By name; NULL: there is none. */
const struct collection *collections_find(const struct collections *collections, const char *name);
const struct collection *collections_all(const struct collections *collections, size_t *count);

#endif
