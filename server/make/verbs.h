/* What operations do with documents, each a verb of the table. */
#ifndef MAKESHIFT_MAKE_VERBS_H
#define MAKESHIFT_MAKE_VERBS_H

#include "server/base/attr.h"
#include "server/make/verb.h"

verb_function verb_create;
verb_function verb_read;
verb_function verb_update;
verb_function verb_delete;
verb_function verb_clear;
verb_function verb_set;
verb_function verb_copy;

/* Whether the answer is the document as it is stored, in its wrapper; and that answer, for which
 * its JSON is not read. */
bool verb_is_verbatim(const struct api *api);
verb_function verb_verbatim;

/* Answers the document as it is shown, in its wrapper: {"scenario":{...}}. */
MUST_USE struct verdict verb_show(const struct api *api, const struct collection *collection,
                                  json_t *json, struct api_answer *answer);

/* What is behind verb_create, for bodies that do not come as the collection has them. */
MUST_USE struct verdict verb_add(const struct api *api, const struct document_row *row,
                                 const json_t *document, json_t *apart);

#endif
