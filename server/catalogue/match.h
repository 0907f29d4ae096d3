/* What a path of the API was found to be. */
#ifndef MAKESHIFT_CATALOGUE_MATCH_H
#define MAKESHIFT_CATALOGUE_MATCH_H

#include <stddef.h>

#include "server/catalogue/operation.h"

/* A value of the path, percent-decoded. */
struct path_value {
    const char *name; /* "scenarioId" */
    const char *value;
};
#define PATH_VALUES_MAX 6

struct match {
    const struct operation *operation; /* NULL unless MATCH_FOUND */
    struct path_value values[PATH_VALUES_MAX];
    size_t count;
    const char *allow; /* MATCH_NO_METHOD: "GET, POST" */
};

/* A value of the path, by name; NULL: it has none of that name, or there is no path (`match`
 * NULL). */
const char *match_value(const struct match *match, const char *name);

enum match_outcome {
    MATCH_FOUND = 0,
    MATCH_NO_PATH = 1,
    MATCH_NO_METHOD = 2, /* the path is one, with other methods */
    MATCH_MALFORMED =
        3, /* a percent-encoding that is none, or of a slash, a backslash or a control character */
};

#endif
