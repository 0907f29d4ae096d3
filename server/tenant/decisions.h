/* Where browsers go whose open page was answered elsewhere, by the interaction's id, until they
 * come. In memory alone, as a code may be in it. Thread-safe: one lock. */
#ifndef MAKESHIFT_TENANT_DECISIONS_H
#define MAKESHIFT_TENANT_DECISIONS_H

#include <jansson.h>
#include <stdint.h>

#define DECISIONS_MAX 1000 /* beyond it the oldest goes */

struct decisions;

struct decisions *decisions_new(void);
void decisions_free(struct decisions *decisions); /* NULL is fine */

/* Keeps it; `where` is taken. */
void decisions_put(struct decisions *decisions, int64_t id, json_t *where);

/* A new reference to a copy; NULL: there is none. */
json_t *decisions_get(struct decisions *decisions, int64_t id);

void decisions_clear(struct decisions *decisions);

#endif
