/* What comes in for a document, and how it is refused. */
#ifndef MAKESHIFT_DOCUMENTS_INPUT_H
#define MAKESHIFT_DOCUMENTS_INPUT_H

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/catalogue/collection.h"
#include "server/oauth/error.h"

/* INVALID_INPUT in words that name the field. */
MUST_USE struct verdict input_refuse(struct arena *arena, const char *field, const char *wrong,
                                     const char *expected);

/* What bodies call a member of the collection (NULL: of none). */
const char *input_name(const struct collection *collection, const char *member);

#endif
