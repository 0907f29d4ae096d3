/* What operations do, each a verb of the table. */
#ifndef MAKESHIFT_MAKE_VERBS_H
#define MAKESHIFT_MAKE_VERBS_H

#include "server/make/subject.h"

typedef struct verdict verb_function(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer);

verb_function verb_list;
verb_function verb_create;
verb_function verb_read;
verb_function verb_update;
verb_function verb_replace;
verb_function verb_delete;
verb_function verb_clear;
verb_function verb_set;
verb_function verb_copy;
verb_function verb_answer;
verb_function verb_part;
verb_function verb_raw;
verb_function verb_special;

/* Whether the answer is the document as it is stored, in its wrapper; and that answer, for which its JSON is not read. */
bool verb_is_verbatim(const struct api *api);
verb_function verb_verbatim;

/* What is behind verb_create, for bodies that do not come as the collection has them. */
struct verdict verb_add(const struct api *api, const struct document_row *row,
                        const json_t *document, json_t *apart);

/* Changes the document that the path names. */
struct verdict verb_store(const struct api *api, const struct subject *subject, json_t *json);

/* The rows of a list: those that the query, the path and the user's role leave. */
struct verdict verb_rows(const struct api *api, const struct subject *subject,
                         const struct document_row **rows, size_t *count);

#endif
