/* TABLES of what `makeshift ctl` can do: a row for each call of the control door. */
#ifndef MAKESHIFT_TOOLS_CTL_TABLE_H
#define MAKESHIFT_TOOLS_CTL_TABLE_H

#include "server/tools/call.h"
#include "server/tools/given.h"

struct ctl_row {
    struct usage usage; /* its words begin with "ctl": "ctl clock advance" */
    enum call_method method;
    /* Below /_makeshift/; what stands in braces is one of the words that the usage takes. NULL ends
     * a table. */
    const char *path;
    const char *body; /* JSON that is always sent; NULL: what is given makes the body */
};

extern const struct ctl_row ctl_world[], ctl_steering[], ctl_records[];

/* All of them; NULL ends it. */
extern const struct ctl_row *const ctl_tables[];

#endif
