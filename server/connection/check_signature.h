/* What OAuth 1 signs with, and what goes along with the person. */
#ifndef MAKESHIFT_CONNECTION_CHECK_SIGNATURE_H
#define MAKESHIFT_CONNECTION_CHECK_SIGNATURE_H

#include "server/connection/checking.h"

void look_at_signature(struct checking *checking, const struct check_rule *rule);

#endif
