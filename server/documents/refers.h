/* Members that name other documents (`refers` of a collection): what they name is there, beside the
 * document that names it, and no longer named when it is gone. */
#ifndef MAKESHIFT_DOCUMENTS_REFERS_H
#define MAKESHIFT_DOCUMENTS_REFERS_H

#include "server/base/attr.h"
#include "server/documents/document.h"

/* INVALID_INPUT when a member of `members`, which a body has for the document of `row`, names what
 * is not in the same team or organization, or would put the document below itself. */
MUST_USE struct verdict refers_check(const struct world *world, const struct collection *collection,
                                     const struct document_row *row, const json_t *members);

/* Members of `json` that name what is not beside `row` become null, unless `members` has them. */
MUST_USE struct verdict refers_drop(const struct world *world, const struct collection *collection,
                                    const struct document_row *row, const json_t *members,
                                    json_t *json);

/* Members that name the document of `gone` become null, in every collection. */
MUST_USE struct verdict refers_forget(const struct world *world, const struct document_row *gone);

#endif
