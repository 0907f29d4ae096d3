/* The connections of an app that lies in a folder, with makecomapp.json. */
#ifndef MAKESHIFT_CONNECTION_FOLDER_H
#define MAKESHIFT_CONNECTION_FOLDER_H

#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

#define FOLDER_MAX 256 /* files */

struct folder {
    struct arena *arena;
    const char *names[FOLDER_MAX];
    size_t count;
};

/* Adds a file. 0; 1: there are FOLDER_MAX already. */
MUST_USE int folder_put(struct folder *folder, const char *name);

/* Adds the files of the connections that `path`/makecomapp.json lists, and those of their
 * parameters. 0; 1: `*problem` says why
 * not.
 */
MUST_USE int folder_read(struct folder *folder, const char *path, const char **problem);

#endif
