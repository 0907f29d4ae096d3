/* A growing text on the heap, for what is too large to lie in an arena twice while it grows. */
#ifndef MAKESHIFT_BASE_HEAP_TEXT_H
#define MAKESHIFT_BASE_HEAP_TEXT_H

#include <jansson.h>
#include <stddef.h>

struct heap_text {
    char *bytes; /* `size` bytes; NULL while there are none */
    size_t size, room;
};
void heap_text_fini(struct heap_text *text);

/* The process ends with one line when memory runs out, as an arena's does. */
void heap_text_put(struct heap_text *text, const char *bytes, size_t size);
void heap_text_put_json(struct heap_text *text, const json_t *value);

/* The bytes, which the caller frees; the text is then empty. */
char *heap_text_take(struct heap_text *text, size_t *size);

#endif
