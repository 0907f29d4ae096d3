/* The database as a file: what stands at its path before SQLite sees it. Inside the store only. */
#ifndef MAKESHIFT_STORE_FILE_H
#define MAKESHIFT_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

struct file {
    const char *path; /* absolute; only its last component may still turn into a link */
    long long size;   /* bytes; 0: empty, or made just now */
};

/* Looks at `path` and makes an empty file of mode 0600 when nothing is there. 0, or a positive
 * outcome of db_open with `why`. */
MUST_USE int file_prepare(const char *path, struct arena *arena, struct file *file,
                          const char **why);

/* Follows the name of a file that is being written; what the end of the process leaves. */
#define FILE_UNFINISHED ".new-"

/* Writes a file of mode 0600, whole or not at all, durably. 0; 1: there is one already, and
 * `replaces` is false; negative: logged. */
MUST_USE int file_put(const char *path, const void *bytes, size_t size, bool replaces);

/* Deletes a database and what SQLite had beside it, whether it is there or not. 0; negative: the
 * database stands yet, logged. */
MUST_USE int file_delete(const char *path);

#endif
