/* What a body makes of a document. Inside server/make. */
#ifndef MAKESHIFT_MAKE_BODY_H
#define MAKESHIFT_MAKE_BODY_H

#include "server/base/attr.h"
#include "server/make/subject.h"

/* INVALID_INPUT when what was sent as `field` is nested so deep that it could not be read again
 * from what it is put in. */
MUST_USE struct verdict body_check_depth(struct arena *arena, const char *field,
                                         const json_t *value);

/* INVALID_INPUT unless the body, if there is one, is an object. */
MUST_USE struct verdict body_check_object(const struct api *api);

/* A new reference to the body as the collection has it: members renamed, texts parsed, teamId and
 * the like taken in from the query; what is kept apart is left in `*apart` (a new reference, maybe
 * empty). INVALID_INPUT. */
MUST_USE struct verdict body_read(const struct api *api, const struct collection *collection,
                                  json_t **members, json_t **apart);

/* INVALID_INPUT when a member that the collection needs is missing or empty; of changes, those that
 * are there count. */
enum body_extent { BODY_OF_ALL, BODY_OF_CHANGES };
MUST_USE struct verdict body_check_required(const struct api *api,
                                            const struct collection *collection,
                                            const json_t *members, enum body_extent extent);

/* A new document with its key and owners in `row`; INVALID_INPUT when it lacks something. */
MUST_USE struct verdict body_make(const struct api *api, const struct subject *subject,
                                  const json_t *members, struct document_row *row,
                                  json_t **document);

#endif
