/* Documents as answers show them. */
#ifndef MAKESHIFT_DOCUMENTS_VIEW_H
#define MAKESHIFT_DOCUMENTS_VIEW_H

#include "server/base/form.h"
#include "server/documents/document.h"

/* How documents of a collection are shown. */
struct view {
    const struct world *world;
    const struct collection *collection;
    const struct form *query; /* cols[], and the depth of what is nested; an empty one: all */
};

/* The columns of the query, or all, with what is filled in, computed and below it; a new reference. INVALID_INPUT for a
 * column that no document of the collection has.
 *
 * Where documents are in each other (`nested`), those that name this one in their member `by` are its member `as`: one
 * level of them, or all when the query parameter `depth` is "all". Lists then have those whose `by` is null. */
struct verdict view_document(const struct view *view, json_t *json, json_t **shown);

/* Leaves out what is null and may be missing (`optional`). */
void view_omit(const struct collection *collection, json_t *shown);

/* The document with what is filled in and computed of the members that every one has: what queries look for and sort by. A
 * new reference. */
struct verdict view_complete(const struct view *view, json_t *json, json_t **whole);

/* Whether an answer without columns has members that are computed. */
bool view_computes(const struct collection *collection);

#endif
