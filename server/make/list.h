/* The verb of lists. Inside server/make. */
#ifndef MAKESHIFT_MAKE_LIST_H
#define MAKESHIFT_MAKE_LIST_H

#include "server/base/attr.h"
#include "server/make/verb.h"

verb_function verb_list;

/* The list as verb_list answers it, with more members beside it. */
MUST_USE struct verdict list_with(const struct api *api, const struct subject *subject,
                                  json_t *more, struct api_answer *answer);

/* The rows of a list: those that the query, the path and the user's role leave. */
MUST_USE struct verdict list_rows(const struct api *api, const struct subject *subject,
                                  const struct document_row **rows, size_t *count);

#endif
