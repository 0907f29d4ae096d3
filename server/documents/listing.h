/* Lists: what of a collection is shown, in which order, and how much of it (pg[...]). */
#ifndef MAKESHIFT_DOCUMENTS_LISTING_H
#define MAKESHIFT_DOCUMENTS_LISTING_H

#include "server/base/attr.h"
#include "server/base/heap_text.h"
#include "server/documents/view.h"

/* Which documents are listed. Its view's query has filters by member beside its columns, and
 * pg[...]. */
struct listing {
    struct view view;
    const char *parent;         /* the path of what they are part of; NULL: of anything */
    int64_t organization, team; /* whose they are; 0: anybody's */
    const struct match *match;  /* values of the path that are filters, too; NULL: none */
    bool (*is_shown)(void *to, const struct document_row *row);
    void *to;     /* whom they are shown */
    json_t *more; /* members of the answer beside the list; NULL: none */
};

/* The rows of the documents that are listed. */
MUST_USE struct verdict listing_rows(const struct listing *listing,
                                     const struct document_row **rows, size_t *count);

/* {"many": [a page of them as they are shown], "pg": {...}} as JSON, into an empty `text`. It is
 * written a document at a time, so that what it takes is the text and little more. INVALID_INPUT
 * when pg[...], a column or a regular expression of the query is none. */
MUST_USE struct verdict listing_page(const struct listing *listing, struct heap_text *text);

#endif
