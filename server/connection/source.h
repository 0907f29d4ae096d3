/* A connection's JSON as Make's editor has it, with comments; and where things stand in it. */
#ifndef MAKESHIFT_CONNECTION_SOURCE_H
#define MAKESHIFT_CONNECTION_SOURCE_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/connection/lines.h"

#define SOURCE_MAX (4 * 1024 * 1024) /* bytes of a file */

struct source {
    const char *file;
    const char *text; /* the comments are spaces */
    size_t size;
    json_t *json;        /* the caller's, who drops it */
    struct lines *lines; /* NULL: nobody has asked for a line */
};

/* 0; 1: the file cannot be read, or is no JSON: `*problem` says why, and `*line` where (0:
 * nowhere).
 */
MUST_USE int source_read(struct arena *arena, const char *file, struct source *source,
                         const char **problem, size_t *line);

/* The line that the value stands in, from 1; of what is not there, that of what it should be in. */
size_t source_line(struct arena *arena, struct source *source, const struct place *place);

#endif
