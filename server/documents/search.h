/* Query parameters that search in a member instead of comparing it. Inside server/documents. */
#ifndef MAKESHIFT_DOCUMENTS_SEARCH_H
#define MAKESHIFT_DOCUMENTS_SEARCH_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/base/pattern.h"
#include "server/catalogue/collection.h"
#include "server/oauth/error.h"

enum search_how { SEARCH_PART, SEARCH_EXPRESSION };

/* TABLE of the members that are searched in; an empty row ends it. */
struct search_row {
    const char *collection, *member;
    enum search_how how;
};
extern const struct search_row search_table[];

/* Whether a query parameter of the member's name searches in it. */
bool search_has(const struct collection *collection, const char *member);

/* The regular expressions of one query, each read once: one for each parameter, NULL where it is
 * none. */
struct search {
    struct arena *arena;
    const struct form *query;
    struct pattern **patterns;
};
void search_close(struct search *search);

/* INVALID_INPUT when a parameter that has to be a regular expression is none. */
MUST_USE struct verdict search_open(struct arena *arena, const struct collection *collection,
                                    const struct form *query, struct search *search);

/* Whether the member `value`, a text, has in it what the query's parameter `number` says, whatever
 * the case. INVALID_INPUT when finding out takes too much. */
MUST_USE struct verdict search_fits(const struct search *search, size_t number, const json_t *value,
                                    bool *fits);

#endif
