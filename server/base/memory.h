/* Memory of the heap, for what lives longer than a request. Running out of it ends the process
 * with one line, as half an answer looks like a whole one. */
#ifndef MAKESHIFT_BASE_MEMORY_H
#define MAKESHIFT_BASE_MEMORY_H

#include <stddef.h>

#include "server/base/attr.h"

/* The line, and the end. */
NORETURN void memory_exhausted(void);

/* `memory` itself; NULL ends the process. */
void *memory_need(void *memory);

/* Zeroed; never NULL. For free(). */
MUST_USE void *memory_new(size_t size);
MUST_USE char *memory_strdup(const char *text);

/* From now on jansson's allocations end the process when they fail: json_object() and its like
 * are never NULL for want of memory. Called once, before the first of them. */
void memory_setup(void);

#endif
