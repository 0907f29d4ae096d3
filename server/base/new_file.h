/* A file that is there whole or not at all: it is written beside its name, and takes that in the
 * end. */
#ifndef MAKESHIFT_BASE_NEW_FILE_H
#define MAKESHIFT_BASE_NEW_FILE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

/* What is wrong is a phrase that begins with the path: "port.txt is no regular file; ..." in the
 * arena. */

/* Whether a file can come to be at `path`: there is nothing, or a regular file, which alone is
 * replaced. NULL, or what is wrong. */
MUST_USE const char *new_file_fault(struct arena *arena, const char *path);

struct new_file {
    const char *path; /* borrowed */
    char *temporary;  /* NULL: there is none */
    FILE *file;
    int why; /* errno of the first write that failed; 0: none did */
};

/* Begins one, which will have exactly this mode. NULL, or what is wrong. */
MUST_USE const char *new_file_begin(struct arena *arena, const char *path, mode_t mode,
                                    struct new_file *file);

/* What fails here is told at the end. */
void new_file_put(struct new_file *file, const char *bytes, size_t size);

/* Takes the path's place. NULL, or what is wrong: then nothing has changed there. */
MUST_USE const char *new_file_end(struct arena *arena, struct new_file *file);

/* One that did not come to its end leaves nothing; one that did, or was never begun, is left. */
void new_file_fini(struct new_file *file);

/* Takes away a regular file of that name, which would pass for the one to come. */
void new_file_clear(const char *path);

#endif
