/* What a connection keeps, as a file. */
#ifndef MAKESHIFT_CONNECTION_KEPT_H
#define MAKESHIFT_CONNECTION_KEPT_H

#include "server/connection/engine.h"

/* 0; 1: it cannot be read, and `*problem` says why. */
MUST_USE int kept_read(struct arena *arena, const char *file, struct kept *kept,
                       const char **problem);

/* The same of the file's text. */
MUST_USE int kept_parse(struct arena *arena, const char *text, size_t size, struct kept *kept,
                        const char **problem);

/* Whether something is there to be read, or keeps it from being seen. */
bool kept_is_there(const char *file);

/* Whether it is a file with something in it, as one that was only just made has not. */
bool kept_has_bytes(const char *file);

/* The file's text: JSON, in which dates are marked. */
const char *kept_text(struct arena *arena, const struct kept *kept);

#endif
