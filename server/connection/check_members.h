/* What may stand where in a connection, against what Make publishes of its members. */
#ifndef MAKESHIFT_CONNECTION_CHECK_MEMBERS_H
#define MAKESHIFT_CONNECTION_CHECK_MEMBERS_H

#include "server/connection/checking.h"

void check_members(struct checking *checking);

#endif
