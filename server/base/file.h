/* Files, read whole into an arena. */
#ifndef MAKESHIFT_BASE_FILE_H
#define MAKESHIFT_BASE_FILE_H

#include <stddef.h>

#include "server/base/arena.h"

/* Reads all of `path`, up to `most` bytes, into the arena. NULL, with `*problem` saying why not. */
const char *file_read(struct arena *arena, const char *path, size_t most, size_t *size,
                      const char **problem);

/* The same, without waiting: what is no regular file is refused. */
const char *file_read_regular(struct arena *arena, const char *path, size_t most, size_t *size,
                              const char **problem);

/* Reads what can still be read from `fd`, which stays open, else as file_read. */
const char *file_read_all(struct arena *arena, int fd, size_t most, size_t *size,
                          const char **problem);

/* Reads, as file_read, a regular file `name` below the directory that holds `beside`: no step of
 * the name may be a symbolic link or lead upwards (CWE-22, CWE-59). errno is ENOENT when there is
 * no such file. */
const char *file_read_below(struct arena *arena, const char *beside, const char *name, size_t most,
                            size_t *size, const char **problem);

/* What the kernel says with `why`, an errno, and what mends it where that can be known: "Read-only
 * file system; name a place that can be written to". */
const char *file_why(struct arena *arena, int why);

#endif
