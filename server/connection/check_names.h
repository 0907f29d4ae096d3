/* Whether what an expression reads from temp, data or connection is what a step puts there. */
#ifndef MAKESHIFT_CONNECTION_CHECK_NAMES_H
#define MAKESHIFT_CONNECTION_CHECK_NAMES_H

#include "server/connection/checking.h"

/* Reads which names the steps set, once for all expressions. */
void check_names_read(struct checking *checking);
void check_names_drop(struct checking *checking);

/* False: no step sets `of`.`name`, and `*meant` is the name that probably was; NULL: none is near.
 * True also where nobody can tell: data and connection hold what the person filled in, so that
 * there only a slip of a name that is stored is known for one. */
bool check_name_is_set(const struct checking *checking, const char *of, const char *name,
                       const char **meant);

#endif
