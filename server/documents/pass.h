/* One list on its way: which documents are in it, and each as it is shown, with an arena for one at
 * a time. Inside server/documents. */
#ifndef MAKESHIFT_DOCUMENTS_PASS_H
#define MAKESHIFT_DOCUMENTS_PASS_H

#include "server/documents/listing.h"
#include "server/documents/search.h"

/* pg[...] of a query. */
struct paging {
    int64_t offset, limit;
    const char *sort_by;
    bool is_descending;
    bool is_latest_first; /* of what is equal */
};

/* A filter: a member, and the parameters of the query that are about it. */
struct filter {
    const char *member;
    const size_t *fields; /* numbers of the query's */
    size_t count;
    bool is_searched;
};

struct pass {
    const struct listing *listing;
    struct paging paging;
    struct search search;
    const struct filter *filters;
    size_t filter_count;
    bool needs_json;     /* to know which are listed, and in which order */
    bool needs_computed; /* likewise */
    struct world world;  /* with an arena for one document at a time */
    struct view view;    /* in that world */
};

/* INVALID_INPUT when a column or a regular expression of the query is none. To be ended in any
 * case. */
MUST_USE struct verdict pass_begin(const struct listing *listing, const struct paging *paging,
                                   struct pass *pass);
void pass_end(struct pass *pass);

/* Whether the document of that row is listed; `*json` is a new reference to it as far as it had to
 * be known, or NULL. */
MUST_USE struct verdict pass_look(const struct pass *pass, const struct document_row *row,
                                  bool *is_listed, json_t **json);

/* The document as it is shown, a new reference; `looked_at` is what pass_look gave. */
MUST_USE struct verdict pass_show(const struct pass *pass, const struct document_row *row,
                                  json_t *looked_at, json_t **shown);

#endif
