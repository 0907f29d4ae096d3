/* The request that a row of ctl's tables makes of what was given. */
#ifndef MAKESHIFT_TOOLS_CTL_REQUEST_H
#define MAKESHIFT_TOOLS_CTL_REQUEST_H

#include "server/tools/ctl_table.h"

struct ctl_request {
    const char *path; /* below /_makeshift/, with the query behind it */
    const char *body; /* JSON; NULL: none */
};

/* 0; 1: `*problem` says which value is wrong. What is not for the tool itself goes into the path,
 * and else into the query of a GET or DELETE, or the body of the others. */
MUST_USE int ctl_request_make(struct arena *arena, const struct ctl_row *row,
                              const struct given *given, struct ctl_request *request,
                              const char **problem);

#endif
