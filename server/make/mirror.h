/* What another document says of this one: a hook has the number and the name of its scenario. Inside server/make, and for
 * what is there at first. */
#ifndef MAKESHIFT_MAKE_MIRROR_H
#define MAKESHIFT_MAKE_MIRROR_H

#include "server/make/document.h"

/* The document of `row` was `old` and becomes `new` (NULL: it is not there): the one that it names, if that is of the same
 * team, follows, and the one that it named no longer says anything. Nothing is done where the collection is not mirrored. */
struct verdict mirror_put(const struct api *api, const struct document_row *row, const json_t *old,
                          const json_t *new);

#endif
