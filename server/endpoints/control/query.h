/* The query of a call of the control door, judged by the parameters of its operation. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_QUERY_H
#define MAKESHIFT_ENDPOINTS_CONTROL_QUERY_H

#include "server/endpoints/control/door.h"

/* Reads it: each parameter once, by a name of the table, and of the shape that stands there. */
MUST_USE struct verdict query_check(struct door *door, const struct door_operation *operation);

/* 422 of a parameter that no shape tells; its pointer is "?" and the name. */
MUST_USE struct verdict query_refuse(const struct door *door, const char *parameter,
                                     const char *expected);

/* A number, which has passed its shape; `*value` stays as it is where it was not sent. */
void query_number(const struct door *door, const char *parameter, int64_t *value);

#endif
