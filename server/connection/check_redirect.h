/* The redirect URI, which is the same wherever it is said, and one that the provider knows. */
#ifndef MAKESHIFT_CONNECTION_CHECK_REDIRECT_H
#define MAKESHIFT_CONNECTION_CHECK_REDIRECT_H

#include "server/connection/checking.h"

void look_at_redirect_uri(struct checking *checking, const struct check_rule *rule);

#endif
