/* Members that are made from other documents whenever one is shown. */
#ifndef MAKESHIFT_DOCUMENTS_COMPUTED_H
#define MAKESHIFT_DOCUMENTS_COMPUTED_H

#include "server/documents/readings.h"
#include "server/oauth/error.h"

/* The document that a member is made for. */
struct source {
    const struct world *world;
    struct readings *readings;
    const struct collection *collection;
    const json_t *json;
};

struct computed_row {
    const char *collection, *member;
    /* A new reference. */
    struct verdict (*make)(const struct source *source, json_t **value);
};

/* TABLE, rows of one collection together; an empty row ends it. */
extern const struct computed_row computed_table[];

/* The collection's rows; `*count` 0: it has none. */
const struct computed_row *computed_of(const struct collection *collection, size_t *count);

/* Whether the collection has such a member. */
bool computed_has(const struct collection *collection, const char *member);

/* Whether what the row makes is in each answer: a document has that member. Else it is a column to
 * be asked for. */
bool computed_is_always(const struct collection *collection, const struct computed_row *row);

#endif
