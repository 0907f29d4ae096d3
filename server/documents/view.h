/* Documents as answers show them. */
#ifndef MAKESHIFT_DOCUMENTS_VIEW_H
#define MAKESHIFT_DOCUMENTS_VIEW_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/documents/document.h"
#include "server/documents/readings.h"

/* How documents of a collection are shown. */
struct view {
    const struct world *world;
    const struct collection *collection;
    const struct form *query;  /* cols[]; an empty one: all */
    const char *beside;        /* a column that somebody else adds; NULL: none */
    struct readings *readings; /* what was read already of other documents; NULL: nothing */
    bool is_complete;          /* the documents were given by view_complete */
};

/* The columns of the query, or all, with what is computed; a new reference. INVALID_INPUT for a
 * column that no document of the collection has. */
MUST_USE struct verdict view_document(const struct view *view, json_t *json, json_t **shown);

/* Whether the query asks for no columns, or for all. */
bool view_is_whole(const struct view *view);

/* Leaves out what is null and may be missing (`optional`). */
void view_omit(const struct collection *collection, json_t *shown);

/* The document with what is computed of the members that every one has: what queries look for and
 * sort by. A new reference. */
MUST_USE struct verdict view_complete(const struct view *view, json_t *json, json_t **whole);

/* Whether an answer without columns has members that are computed. */
bool view_computes(const struct collection *collection);

#endif
