/* Documents that others are computed from: each collection of an owner is read once for as long as
 * a list or a document is being shown. Inside server/documents. */
#ifndef MAKESHIFT_DOCUMENTS_READINGS_H
#define MAKESHIFT_DOCUMENTS_READINGS_H

#include "server/documents/stored.h"

struct readings;

struct readings *readings_new(const struct world *world);
void readings_free(struct readings *readings);  /* NULL is fine */
void readings_drop(struct readings **readings); /* the same, for AUTO */

struct orders;

/* The documents of one collection and owner, in the order they were made in. */
struct reading {
    const struct document_row *rows;
    json_t *const *items; /* of each the members that something is computed from */
    size_t count;
    struct orders *orders;
};

/* 0; negative: broken. Zero leaves organization or team out. `*reading` lives as long as
 * `readings`. */
MUST_USE int readings_get(struct readings *readings, const struct documents_filter *filter,
                          const struct reading **reading);

/* The items whose member has that value (a number, a truth or a text): how many, and their numbers,
 * ascending. */
size_t reading_find(const struct reading *reading, const char *member, const json_t *value,
                    const size_t **numbers);

#endif
