/* How a document is shown and which are listed, where a collection has a way of its own. */
#ifndef MAKESHIFT_DOCUMENTS_SHOW_H
#define MAKESHIFT_DOCUMENTS_SHOW_H

#include "server/base/attr.h"
#include "server/documents/view.h"

struct show_row {
    const char *collection;
    struct verdict (*document)(const struct view *view, json_t *json, json_t **shown);
    bool (*is_listed)(const struct form *query, const json_t *json); /* NULL: each is */
    bool is_listed_by_computed; /* is_listed looks at members that are computed */
};

/* TABLE; an empty row ends it. A collection without a row is shown by view_document. */
extern const struct show_row show_table[];

/* What an answer has of the document, a new reference; INVALID_INPUT when the query asks for what
 * there is not. */
MUST_USE struct verdict show_document(const struct view *view, json_t *json, json_t **shown);

/* Whether a list has the document, which is complete (view_complete) where the row asks for that.
 */
bool show_is_listed(const struct view *view, const json_t *json);

/* The collection's row; the empty one when it has none. */
const struct show_row *show_of(const struct collection *collection);

#endif
