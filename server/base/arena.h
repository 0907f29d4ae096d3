/* Memory that lives as long as one request: many allocations, one release.
 *
 * Not thread-safe: an arena belongs to one request at a time. An allocation never returns NULL:
 * when memory runs out the process logs one line and aborts, as a half-answered request could not
 * be told from a whole one. Memory comes zeroed and aligned for any type. */
#ifndef MAKESHIFT_BASE_ARENA_H
#define MAKESHIFT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "server/base/attr.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);  /* NULL is fine */
void arena_drop(struct arena **arena); /* the same, for AUTO(arena_drop) */

/* Forgets everything allocated; keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* Takes `memory`, which malloc gave, and frees it when all else is forgotten. */
void arena_own(struct arena *arena, void *memory);

void *arena_alloc(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* A NUL-terminated copy. `arena_strdup` of NULL is NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t size);

char *arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) PRINTF(2, 0);

#endif
