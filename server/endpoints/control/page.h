/* Which rows of a list a call of the control door wants: the query's user, client_id, grant, kind,
 * limit and since. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_PAGE_H
#define MAKESHIFT_ENDPOINTS_CONTROL_PAGE_H

#include "server/endpoints/control/named.h"

#define PAGE_MOST 1000
#define PAGE_SAYS_LIMIT "At most so many items, 1 to 1000; 100 where it is not said."
#define PAGE_SAYS_SINCE "Those behind the item of this id."

/* The shape of limit; and of since, where a list's ids are numbers. */
extern const struct shape page_limit;
extern const struct shape page_id;

/* A filter without `since`, which each list reads for itself. */
MUST_USE struct verdict page_read(const struct door *door, struct list_filter *filter);

/* The query's since as the key of codes, tokens and sessions. */
MUST_USE struct verdict page_since(const struct door *door, struct list_filter *filter);

#endif
