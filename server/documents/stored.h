/* Documents of the store, as JSON. */
#ifndef MAKESHIFT_DOCUMENTS_STORED_H
#define MAKESHIFT_DOCUMENTS_STORED_H

#include "server/base/attr.h"
#include "server/documents/world.h"
#include "server/store/documents.h"

/* A row's body, a new reference. */
json_t *stored_json(const struct document_row *row);

/* Stores `json` as the row's body: a new row, or the next version. 0; 1 there is one already, or
 * somebody was faster. */
MUST_USE int stored_add(const struct world *world, struct document_row *row, const json_t *json);
MUST_USE int stored_change(const struct world *world, struct document_row *row, const json_t *json);

/* What is part of `from` in that collection once more, part of `to`, with its owners. 0; negative:
 * broken. */
MUST_USE int stored_copy_below(const struct world *world, const char *collection,
                               const struct document_row *from, const struct document_row *to);

#endif
