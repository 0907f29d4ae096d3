/* What is kept beside a document, or for a path of its own: parts as JSON, and bytes as they came. */
#ifndef MAKESHIFT_MAKE_PARTS_H
#define MAKESHIFT_MAKE_PARTS_H

#include "server/make/document.h"

/* Each member of `parts` as the part of that name of a document. */
struct verdict parts_put_all(const struct api *api, const struct document_row *row, json_t *parts);

/* The part of that name, a new reference; NULL: there is none. */
struct verdict parts_get(const struct api *api, const struct document_row *row, const char *name,
                         json_t **part);

/* All parts of one document for another. */
struct verdict parts_copy_all(const struct api *api, const struct document_row *from,
                              const struct document_row *to);

#endif
