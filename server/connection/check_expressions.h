/* What the expressions of a connection say: whether they can be read, and what they name. */
#ifndef MAKESHIFT_CONNECTION_CHECK_EXPRESSIONS_H
#define MAKESHIFT_CONNECTION_CHECK_EXPRESSIONS_H

#include "server/connection/checking.h"

void check_expressions(struct checking *checking);

#endif
