/* The fields that a person fills in for a connection: parameters.json. */
#ifndef MAKESHIFT_CONNECTION_CHECK_PARAMETERS_H
#define MAKESHIFT_CONNECTION_CHECK_PARAMETERS_H

#include "server/connection/checking.h"

/* Whether Make itself uses a parameter of that name: accountName, teamID. */
bool parameter_is_reserved(const char *name);

/* The document is a list of fields, with others nested in them. */
void check_parameters(struct checking *checking);

#endif
