/* A fixture on its way into a tenant: the server's, or one that a wish brings. */
#ifndef MAKESHIFT_ENDPOINTS_LOADING_H
#define MAKESHIFT_ENDPOINTS_LOADING_H

#include <stdbool.h>

#include "server/endpoints/maker.h"

struct loading {
    const struct maker *maker;
    const struct maker_wish *wish;
    struct tenant *tenant; /* gets its profile, too: NULL unless it is made */
    const char *text;      /* of the maker's fixture; NULL: it is read */
    bool is_again;         /* the tenant serves already */
};

/* An outcome of enum maker_outcome; `*problem` is in the arena. */
MUST_USE int loading_run(const struct loading *loading, struct arena *arena, const char **problem);

#endif
