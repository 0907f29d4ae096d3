/* What is kept beside a document, or for a path of its own: parts as JSON, and bytes as they
 * came. */
#ifndef MAKESHIFT_DOCUMENTS_PARTS_H
#define MAKESHIFT_DOCUMENTS_PARTS_H

#include "server/base/attr.h"
#include "server/documents/stored.h"
#include "server/oauth/error.h"

#define PARTS "parts" /* the collection that they are in */

/* Where a part stands: below its document, with its owners, so that it goes when that goes. */
struct document_row parts_row(const struct world *world, const struct document_row *document,
                              const char *name);

/* 0 found; 1 none; DB_BROKEN. */
MUST_USE int parts_find(const struct world *world, const struct document_row *wanted,
                        struct document_row *row);

/* Adds it, or puts it in the place of the one that is there. */
MUST_USE struct verdict parts_put(const struct world *world, struct document_row *row);
MUST_USE struct verdict parts_put_json(const struct world *world, struct document_row *row,
                                       const json_t *json);

/* Each member of `parts` as the part of that name of a document. */
MUST_USE struct verdict parts_put_all(const struct world *world, const struct document_row *row,
                                      json_t *parts);

/* The part of that name, a new reference; NULL: there is none. */
MUST_USE struct verdict parts_get(const struct world *world, const struct document_row *row,
                                  const char *name, json_t **part);

/* All parts of one document for another. */
MUST_USE struct verdict parts_copy_all(const struct world *world, const struct document_row *from,
                                       const struct document_row *to);

#endif
